"""A document as a person writes it is the document that a declaration has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms_tracker.extraction import DeclarationError, parse_terms
from terms_tracker.picking import with_pick
from terms_tracker.written import declared_as, document_of, documents_of, fields_of, parts_of

ADDRESS = "https://a.example/terms"
SELECTOR = st.sampled_from(["main", "#a > p", ".b", "div[data-x='{']"])
RANGE = st.fixed_dictionaries({"startBefore": SELECTOR, "endAfter": SELECTOR})
FILTERS = st.sampled_from(["removeQueryParams", {"removeQueryParams": ["utm_source"]}])
PARTS = st.lists(SELECTOR | RANGE, min_size=1, max_size=4)


@given(select=PARTS, remove=PARTS, filters=st.lists(FILTERS, min_size=1, max_size=2), scripts=st.booleans())
def test_what_is_declared_is_written_and_read_again_the_same(select, remove, filters, scripts):
    declared = {"fetch": ADDRESS, "select": select, "remove": remove, "filter": filters}
    if scripts:
        declared["executeClientScripts"] = True
    read = document_of(fields_of(declared))
    alone = {
        name: value[0] if isinstance(value, list) and len(value) == 1 and name != "filter" else value
        for name, value in declared.items()
    }
    assert read == alone


def test_a_line_that_is_no_range_is_refused_by_its_field():
    with pytest.raises(DeclarationError, match=r"select\[1\]"):
        parts_of("main\n{startBefore: 1}", "select")


def test_documents_that_are_combined_keep_what_they_have_in_common():
    declared = {"combine": [{"fetch": ADDRESS}, {"fetch": f"{ADDRESS}/2", "select": "p"}], "select": "main"}
    documents = documents_of(declared)
    assert documents == [{"select": "main", "fetch": ADDRESS}, {"select": "p", "fetch": f"{ADDRESS}/2"}]
    was, now = parse_terms("Terms", declared), parse_terms("Terms", declared_as(documents))
    assert was == now


def test_clicks_make_a_range_from_either_end():
    begun = with_pick(["main"], "#a", "from")
    assert begun == ["main", {"startBefore": "#a"}]
    assert with_pick(begun, "#b", "to") == ["main", {"startBefore": "#a", "endAfter": "#b"}]
    backwards = with_pick(with_pick([], "#b", "to"), "#a", "from")
    assert backwards == [{"startBefore": "#a", "endAfter": "#b"}]
    assert list(backwards[0]) == ["startBefore", "endAfter"]


def test_a_part_is_picked_once():
    assert with_pick(["main"], "main", "") == ["main"]
