"""Reading declarations: the three forms of terms, defaults, history, and what is refused with which words."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terms_tracker.extraction import (
    KNOWN_TERMS_TYPES,
    DeclarationError,
    UnknownFilterError,
    declared_at,
    document_id,
    parse_history,
    parse_service,
    parse_terms,
)

PAGE = {"fetch": "https://example.org/legal/tos.html", "select": "main"}
PDF = {"fetch": "https://example.org/tos.PDF?v=2"}


def service(terms, **more):
    return {"name": "Service", "terms": {"Terms of Service": terms}} | more


def documents(terms):
    return parse_terms("Terms of Service", terms).documents


def test_a_page_is_read_with_all_its_properties():
    (document,) = documents(
        PAGE
        | {
            "remove": [".ad", {"startAfter": "#a", "endBefore": "#b"}],
            "filter": [{"remove": "nav"}],
            "executeClientScripts": True,
        }
    )

    assert (document.id, document.fetch) == ("legal-tos", PAGE["fetch"])
    assert document.css_selectors() == ["main", ".ad", "#a", "#b"]
    assert [each.name for each in document.filters] == ["remove"]
    assert document.execute_client_scripts is True


def test_a_pdf_needs_no_selector():
    (document,) = documents(PDF)

    assert document.select is None


def test_documents_combine_and_what_is_inside_wins_over_the_defaults():
    first, second = documents(
        {
            "combine": [
                PAGE | {"select": "article", "remove": []},
                {"fetch": "https://example.org/b", "select": None},
            ],
            "select": "main",
            "remove": ".ad",
            "executeClientScripts": False,
        }
    )

    assert (first.select.shown, first.remove) == ("article", None)
    assert (second.select.shown, second.remove.shown) == ("main", ".ad")
    assert second.execute_client_scripts is False


def test_a_pdf_may_be_one_of_combined_documents():
    assert len(documents({"combine": [PAGE, PDF], "executeClientScripts": True})) == 2


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({}, "fetch"),
        ({"fetch": "https://example.org/a"}, "select"),
        (PDF | {"remove": "p"}, "select"),
        ({"fetch": "not a url", "select": "p"}, "fetch"),
        ({"fetch": "file:///etc/passwd", "select": "p"}, "fetch"),
        (PAGE | {"selector": "p"}, "selector"),
        (PAGE | {"validUntil": "2020-01-01"}, "validUntil"),
        (PAGE | {"executeClientScripts": "yes"}, "executeClientScripts"),
        (PAGE | {"select": {"startBefore": "a"}}, "select"),
        (PAGE | {"select": ["a", {"startBefore": "a", "endBefore": "b", "x": "c"}]}, "select[1]"),
        (PAGE | {"select": {"startBefore": "a", "startAfter": "b", "endBefore": "c"}}, "select"),
        (PAGE | {"filter": "x"}, "filter"),
        (PAGE | {"combine": [PAGE]}, "fetch"),
        ({"combine": []}, "combine"),
        ({"combine": [PAGE, 3]}, "combine[1]"),
        ({"combine": [PAGE, {"select": "p"}]}, "combine[1] › fetch"),
        ({"combine": [PAGE, PAGE]}, "combine[1] › fetch"),
        ({"combine": [PAGE], "x": 1}, "x"),
        ([], "declaration"),
        (None, "declaration"),
    ],
)
def test_a_refusal_names_the_terms_and_the_field(terms, field):
    with pytest.raises(DeclarationError) as error:
        parse_service(service(terms))

    assert error.value.field == f"Terms of Service › {field}"
    assert str(error.value).startswith(f"Terms of Service › {field}: ")


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"name": "x"},
        {"terms": {}},
        {"name": "", "terms": {}},
        {"name": "x", "terms": []},
        {"name": "x", "terms": {}, "documents": {}},
        {"name": "x", "terms": {}, "url": "https://example.org"},
        {"name": "x", "terms": {}, "importedFrom": 3},
    ],
)
def test_a_file_that_is_no_declaration_is_refused(value):
    with pytest.raises(DeclarationError):
        parse_service(value)


def test_the_format_of_before_2023_is_read_with_a_warning():
    read = parse_service({"name": "Service", "documents": {"Privacy Policy": PAGE}, "importedFrom": "x"})

    assert list(read.terms) == ["Privacy Policy"]
    assert read.imported_from == "x"
    assert len(read.warnings) == 1


def test_unknown_terms_types_are_read_with_a_warning():
    read = parse_service({"name": "Service", "terms": {"Community Guidelines - Hate Speech": PAGE}})

    assert read.terms
    assert "Hate Speech" in read.warnings[0]
    assert len(KNOWN_TERMS_TYPES) == 44


def test_an_unknown_filter_refuses_the_file_and_says_where():
    with pytest.raises(UnknownFilterError) as error:
        parse_service(service({"combine": [PAGE | {"filter": ["cleanUrls"]}]}))

    assert str(error.value) == "Terms of Service › combine[0] › filter[0]: unknown filter “cleanUrls”"


def test_an_import_may_leave_unknown_filters_out_with_a_warning():
    read = parse_service(service({"combine": [PAGE | {"filter": ["cleanUrls"]}]}), skip_unknown_filters=True)

    assert read.terms["Terms of Service"].documents[0].filters == ()
    assert read.warnings == (
        "Terms of Service › combine[0] › filter[0]: unknown filter “cleanUrls”; it is left out.",
    )


@pytest.mark.parametrize(
    ("fetch", "name"),
    [
        ("https://example.org/legal/tos.html?x=1#y", "legal-tos"),
        ("https://example.org/", ""),
        ("https://example.org/a//b/", "a-b"),
        ("https://example.org/conditions%20g%C3%A9n%C3%A9rales.pdf", "conditions générales"),
        ("https://example.org/v1.2/terms", "v1.2-terms"),
        ("https://example.org/terms.v2", "terms.v2"),
        ("https://example.org/a:b*c%3Fd%22", "a_b_c_d_"),
    ],
)
def test_a_document_is_named_after_its_path(fetch, name):
    assert document_id(fetch) == name


def test_the_declaration_that_held_at_a_date_is_found():
    history = parse_history(
        {
            "Terms of Service": [
                PAGE | {"select": "#second", "validUntil": "2022-06-01T12:00:00Z"},
                PAGE | {"select": "#first", "validUntil": "2021-06-01T12:00:00+02:00"},
            ]
        }
    )
    past = history["Terms of Service"]

    def selected(*date):
        return declared_at(past, PAGE, datetime(*date, tzinfo=UTC))["select"]

    assert selected(2021, 6, 1, 10) == "#first"
    assert selected(2021, 6, 1, 10, 0, 1) == "#second"
    assert selected(2022, 6, 1, 12) == "#second"
    assert selected(2023, 1, 1) == "main"
    assert documents(past[0].declared)[0].select.shown == "#first"


@pytest.mark.parametrize(
    "value", [[], {"x": {}}, {"x": [3]}, {"x": [PAGE]}, {"x": [PAGE | {"validUntil": "soon"}]}]
)
def test_a_wrong_history_is_refused(value):
    with pytest.raises(DeclarationError):
        parse_history(value)


_NAMES = ("name", "terms", "documents", "fetch", "select", "remove", "filter", "combine", "startBefore", "x")
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["https://e.org/a", "p"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)  # a busy machine is no failure
@given(_JSON)
def test_any_json_is_read_or_refused_cleanly(value):
    with contextlib.suppress(DeclarationError):
        assert parse_service(value).name
