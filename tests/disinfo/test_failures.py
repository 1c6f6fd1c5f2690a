"""Why a check failed is said in the reader's own language."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import override

from disinfo import failures
from disinfo.safe_http import errors as fetch_errors
from terms_tracker.extraction import errors as extraction_errors
from tests.factories import TermsFactory

ROOT = Path(__file__).resolve().parent.parent.parent
CODES = sorted(
    {
        each.code
        for module, base in (
            (fetch_errors, fetch_errors.FetchError),
            (extraction_errors, extraction_errors.ExtractionError),
        )
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, base) and each is not fetch_errors.FetchError
    }
    - {"http_status"}  # told by its number
)


@pytest.mark.parametrize("code", [*CODES, "http_403", "http_418", "http_500"])
def test_every_failure_has_a_sentence_in_both_languages(code):
    with override("en"):
        english = failures.sentence_of(code)
    with override("fr"):
        french = failures.sentence_of(code)
    assert english != french
    assert english not in {"", "The check failed."}


def test_a_code_used_in_fetching_is_known():
    source = "".join(path.read_text() for path in (ROOT / "terms_tracker/fetching").glob("*.py"))
    codes = set(re.findall(r'Failed\(\s*"(\w+)"', source)) | set(re.findall(r'code = "(\w+)" if', source))
    with override("en"):
        assert {code for code in codes if failures.sentence_of(code) == "The check failed."} == set()
    assert "no_browser" in codes


def test_no_failure_is_no_sentence():
    assert failures.sentence_of("") == ""


def test_a_french_page_says_in_french_why_a_document_cannot_be_read(client, db):
    terms = TermsFactory(
        declaration={"fetch": "https://chirper.example/terms"},
        error_code="no_match",
        error_message='The "start" selector has no match in document in: main',
        failing_since=timezone.now(),
        failures=1,
    )
    page = client.get(terms.get_absolute_url(), headers={"Accept-Language": "fr"}).content.decode()
    assert "la page a été refaite" in page
    assert "ne trouve rien dans le document, dans\u00a0: main" in page
