"""What a change is: told apart by rules that a reader can follow."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms_tracker.changes import ChangeClass, change_between
from terms_tracker.clauses import clauses, plain, sentences
from terms_tracker.effective import effective_date
from terms_tracker.significance import reasons, significance
from terms_tracker.topics import Matcher

TEXT = """# Terms

Last updated: January 1, 2024

Privacy
-------

We may share your data with 12 partners. You can opt out at any time by writing to us.

We keep data for 30 days. See [our policy](https://service.example/a).

## Disputes

You agree to arbitration in all cases. This clause is fairly long and says many other things besides.
"""


def changed(*pairs):
    text = TEXT
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return change_between(TEXT, text)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("## Disputes", "### **Disputes**", "layout"),
        ("any time by writing", "any  time\nby writing", "layout"),
        ("https://service.example/a", "https://service.example/b", "links"),
        ("January 1, 2024", "March 3, 2025", "dates"),
        ("12 partners", "1,340 partners", "dates"),
        ("fairly long", "rather long", "wording"),
        ("30 days", "90 days", "substance"),
        ("You can opt out", "You cannot opt out", "substance"),
        ("You agree to arbitration in all cases. ", "", "substance"),
        (
            "in all cases.",
            "in all cases. Your content trains the artificial intelligence that we sell.",
            "substance",
        ),
    ],
)
def test_each_change_has_the_class_a_reader_would_give_it(before, after, kind):
    assert changed((before, after)).kind == kind


def test_a_text_that_comes_back_is_a_blink_whatever_it_says():
    assert change_between("We sell.", TEXT, is_return=True).kind == ChangeClass.BLINK


def test_a_change_tells_sentences_and_sections():
    change = changed(("30 days", "90 days"), ("You agree to arbitration in all cases. ", ""))
    assert change.reworded == (("We keep data for 30 days.", "We keep data for 90 days."),)
    assert change.removed == ("You agree to arbitration in all cases.",)
    assert change.sections == ("Privacy", "Disputes")
    assert change.has_new_numbers
    assert "arbitration" in change.weighty
    assert (change.words_added, change.words_removed) == (1, 8)


def test_a_clause_that_stands_elsewhere_is_moved_not_removed_and_added():
    one = "We may share your data with 12 partners. You can opt out at any time by writing to us."
    two = "We keep data for 30 days. See [our policy](https://service.example/a)."
    change = changed((one, "@"), (two, one), ("@", two))
    assert (change.added, change.removed) == ((), ())
    assert change.moved
    assert change.kind == ChangeClass.WORDING


def test_a_text_that_changes_under_the_same_date_is_told():
    assert changed(("30 days", "90 days")).keeps_its_date
    assert not changed(("30 days", "90 days"), ("January 1, 2024", "March 3, 2025")).keeps_its_date
    assert not changed(("## Disputes", "### Disputes")).keeps_its_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Effective: March 3, 2025", date(2025, 3, 3)),
        ("These terms take effect on 3rd of March 2025.", date(2025, 3, 3)),
        ("Dernière mise à jour : 1er février 2024", date(2024, 2, 1)),
        ("Entrée en vigueur le 15/08/2023", date(2023, 8, 15)),
        ("Last modified 2022-06-14", date(2022, 6, 14)),
        ("Last modified 2022-13-45", None),
        ("Founded on March 3, 2025", None),
        ("", None),
    ],
)
def test_the_day_a_text_applies_from_is_found(text, day):
    assert effective_date(text) == day


def test_an_abbreviation_does_not_end_a_sentence():
    assert sentences("Acme Inc. sells e.g. Shoes. You buy them! Art. 5 applies.") == [
        "Acme Inc. sells e.g. Shoes.",
        "You buy them!",
        "Art. 5 applies.",
    ]


def test_clauses_stand_under_their_headings_without_markdown():
    found = [(each.section, each.text) for each in clauses(TEXT)]
    assert ("Privacy", "See our policy.") in found
    assert ("Disputes", "You agree to arbitration in all cases.") in found


def test_topics_are_found_whatever_the_case_the_accents_and_the_plural():
    matcher = Matcher({1: ["publicité politique"], 2: ["minor"], 3: ["", " "]})
    assert matcher.topics_of(["Les PUBLICITES politiques sont interdites."]) == {1}
    assert matcher.topics_of(["Minors", "majority"]) == {2}
    assert matcher.topics_of(["A minority report"]) == set()


def test_the_significance_is_the_sum_of_its_reasons_and_orders_what_is_read():
    heavy = changed(("30 days", "90 days"), ("You agree to arbitration in all cases. ", ""))
    light = changed(("fairly long", "rather long"))
    none = changed(("## Disputes", "### Disputes"))

    def score(change):
        counted = reasons(change, terms_type="Terms of Service", topics=1)
        assert significance(counted) == pytest.approx(sum(each.points for each in counted))
        return significance(counted)

    assert score(heavy) > score(light) > score(none) == 0


_lines = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=12).map("\n".join)


@given(_lines, _lines)
def test_whatever_the_texts_a_change_is_told_and_its_sizes_are_never_negative(one, other):
    change = change_between(one, other)
    assert change.words_added >= 0 <= change.words_removed
    assert change_between(one, one).kind == ChangeClass.LAYOUT
    assert not change_between(one, one).texts


@given(_lines)
def test_plain_text_has_no_line_ends(text):
    assert all("\n" not in plain(line) for line in text.splitlines())
