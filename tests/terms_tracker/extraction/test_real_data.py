"""The versions that the reference engine recorded, and one small page for each of its rules."""

import difflib

import pytest

from terms_tracker.extraction import cases
from tests.shared_data import need_shared_data

# Text that stands in a table outside any cell: browsers put it before the table, as we do; the parser of the
# reference engine puts it after.
BROWSERS_DIFFER = {"table-foster"}


def outcomes(name):
    folder = need_shared_data(f"terms/{name}")
    for case in cases.load(folder / "cases.json"):
        if case.get("expected_error"):
            expected = None, (folder / case["expected_error"]).read_bytes().decode()
        else:
            expected = (folder / case["expected"]).read_bytes().decode(), ""
        yield case, expected, cases.run(case, folder)


@pytest.mark.data
@pytest.mark.parametrize("name", ["recorded", "current", "rules"])
def test_every_version_is_the_reference_engines_byte_for_byte(name):
    wrong = {
        case["id"]
        for case, expected, outcome in outcomes(name)
        if (outcome.version, outcome.error) != expected
    }

    assert wrong <= BROWSERS_DIFFER


@pytest.mark.data
def test_the_text_of_a_pdf_is_the_reference_engines():
    files = 0
    for case, (expected, _), outcome in outcomes("recorded"):
        if case["documents"][0]["snapshot"].endswith(".pdf"):
            files += 1
            assert outcome.version.split() == expected.split()
            if outcome.version == expected:
                continue
            assert difflib.SequenceMatcher(None, outcome.version, expected, autojunk=False).ratio() >= 0.993
    assert files
