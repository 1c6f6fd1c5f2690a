"""What the extraction refuses is said in the reader's language."""

import ast
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

import terms_tracker
from terms_tracker import refusals
from terms_tracker.extraction import DeclarationError, parse_terms
from tests.factories import TermsFactory

_PACKAGE = Path(terms_tracker.__file__).parent
_SHORT = 2


def _text_of(node):
    """A text of the code with `x` where values go; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(each.value if isinstance(each, ast.Constant) else "x" for each in node.values)
    return None


def _refusals_in_code():
    """Every message that the extraction makes an error of."""
    found = set()
    for path in [*_PACKAGE.glob("extraction/*.py"), _PACKAGE / "written.py"]:
        if path.name == "cases.py":  # the command for cases of the reference engine
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "DeclarationError" and len(node.args) == _SHORT:
                found.add(_text_of(node.args[1]))
            elif name in {"ExtractionError", "TooComplexError"}:
                found.add(_text_of(node.args[0]))
            elif name == "__init__" and path.name == "errors.py":
                found |= {_text_of(each) for each in node.args}
    texts = {text for text in found if text}
    return sorted(texts - {"x: x", "Extract failed: x"})


@pytest.mark.parametrize("said", _refusals_in_code())
def test_whatever_the_extraction_refuses_with_is_known_here_and_in_french(said):
    with translation.override("en"):
        assert refusals.in_words(said) == said
    with translation.override("fr"):
        assert refusals.in_words(said) != said


def test_every_module_that_refuses_was_looked_at():
    assert len(_refusals_in_code()) > 40


def test_values_stay_in_their_place_and_the_field_is_named():
    with pytest.raises(DeclarationError) as refused:
        parse_terms("Terms of Service", {"fetch": "https://a.example/", "select": {"startBefore": "h1"}})
    with translation.override("fr"):
        said = refusals.in_words(str(refused.value))
    assert said.startswith("Terms of Service › select")
    assert "endBefore" in said
    assert "needs" not in said


def test_a_filter_that_failed_says_why_in_the_same_language():
    said = 'Extract failed: The filter function "remove" failed: Invalid selector ##'
    with translation.override("fr"):
        assert (
            refusals.in_words(said)
            == "Le filtre «\xa0remove\xa0» a échoué\xa0: le sélecteur ## est illisible"
        )


def test_what_is_none_of_ours_is_left_as_it_is():
    with translation.override("fr"):
        assert refusals.in_words("a.example: no connection: refused") == "a.example: no connection: refused"


@pytest.mark.django_db
def test_an_administrator_reads_in_french_what_is_wrong_with_a_declaration(as_):
    terms = TermsFactory()
    client = as_("ada")
    wrong = '{"fetch": "nope", "select": "main"}'
    page = client.post(
        reverse("admin:terms_tracker_terms_change", args=[terms.pk]),
        {"declaration": wrong, "history": "[]"},
        headers={"accept-language": "fr"},
    )
    assert "« nope » n’est pas une adresse" in page.content.decode().replace("\xa0", " ")
    tried = client.post(
        reverse("admin:terms_try"),
        {"type": terms.type, "declaration": wrong},
        headers={"accept-language": "fr"},
    )
    assert "« nope » n’est pas une adresse" in tried.content.decode().replace("\xa0", " ")


@pytest.mark.django_db
def test_past_declarations_are_checked_before_they_are_saved(as_):
    terms = TermsFactory()
    client = as_("ada")
    page = client.post(
        reverse("admin:terms_tracker_terms_change", args=[terms.pk]),
        {"declaration": '{"fetch": "https://a.example/", "select": "main"}', "history": '[{"fetch": "x"}]'},
        headers={"accept-language": "en"},
    )
    assert "validUntil: is needed" in page.content.decode()
    terms.refresh_from_db()
    assert terms.history == []
