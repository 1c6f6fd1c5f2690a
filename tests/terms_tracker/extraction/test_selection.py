"""Selecting and removing: selectors, ranges, and what they say when they find nothing."""

import pytest

from terms_tracker.extraction import (
    DeclarationError,
    EmptyContentError,
    InvalidSelectorError,
    NoMatchError,
    RangeError,
    extract_html,
)

PAGE = """
<div id=a><p id=p1>one</p><p id=p2>two</p></div>
<div id=b><p id=p3>three</p><p id=p4>four</p></div>
<div id=c><p id=p5>five</p></div>
"""


def words(select, remove=None, html=PAGE):
    return extract_html(html, "https://example.org/", select=select, remove=remove).split()


def between(start, end, *, start_is="startBefore", end_is="endBefore"):
    return {start_is: start, end_is: end}


def test_selectors_are_taken_in_the_order_declared():
    assert words(["#p5", "#p1"]) == ["five", "one"]


def test_one_selector_gives_its_matches_in_document_order():
    assert words("#p5, #p1") == ["one", "five"]


def test_nested_matches_are_taken_twice():
    assert words("#a, #p1") == ["one", "two", "one"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (between("#p2", "#p4"), ["two", "three"]),
        (between("#p2", "#p4", start_is="startAfter"), ["three"]),
        (between("#p2", "#p4", end_is="endAfter"), ["two", "three", "four"]),
        (between("#b", "#c"), ["three", "four"]),
        (between("#p1", "#c", end_is="endAfter"), ["one", "two", "three", "four", "five"]),
        (between("#p4", "#p5", end_is="endAfter"), ["four", "five"]),
        (between("#a", "#p4"), ["one", "two", "three"]),
        (between("#p3", "#b", end_is="endAfter"), ["three", "four"]),
        ([between("#p1", "#p2"), "#p5"], ["one", "five"]),
    ],
)
def test_a_range_takes_what_lies_between(selection, expected):
    assert words(selection) == expected


def test_a_range_keeps_the_elements_that_it_cuts():
    html = "<ul id=l><li>a</li><li id=s>b</li></ul><p id=e>c</p>"

    assert words(between("#s", "#e"), html=html) == ["*", "b"]


@pytest.mark.parametrize("selection", [between("#p4", "#p2"), between("#p2", "#p2"), between("#c", "#p1")])
def test_a_range_that_does_not_go_forward_is_no_match(selection):
    with pytest.raises(NoMatchError):
        words(selection)


def test_start_before_wins_over_start_after():
    selection = {"startAfter": "#p2", "startBefore": "#p2", "endBefore": "#p3"}

    assert words(selection) == ["two"]


@pytest.mark.parametrize(
    ("remove", "expected"),
    [
        ("#b", ["one", "two", "five"]),
        (["#b", "#p1"], ["two", "five"]),
        (between("#p2", "#p4"), ["one", "four", "five"]),
        (["#b", between("#p2", "#p4")], ["one", "five"]),
        (["#p2", between("#p2", "#p4")], ["one", "four", "five"]),
        ([between("#p1", "#p3"), between("#p2", "#p5")], ["five"]),
        (["#a", "#p2", between("#p2", "#c")], ["five"]),
        (["p", "div"], None),
        ("html", None),
    ],
)
def test_what_is_removed_is_gone_and_ranges_follow(remove, expected):
    if expected is None:
        with pytest.raises((NoMatchError, EmptyContentError)):
            words("body", remove)
    else:
        assert words("body", remove) == expected


def test_a_range_without_a_start_or_an_end_says_which():
    with pytest.raises(RangeError) as start:
        words(between("#zz", "#p1"))
    with pytest.raises(RangeError) as end:
        words("body", between("#p1", "#zz"))

    assert str(start.value) == (
        'Extract failed: The "start" selector has no match in document in: '
        '{"startBefore":"#zz","endBefore":"#p1"}'
    )
    assert '"end" selector' in str(end.value)


def test_no_match_names_the_selector_and_the_page():
    with pytest.raises(NoMatchError) as error:
        words(["#zz", "#é"])

    assert 'The provided selector "["#zz","#é"]" has no match' in str(error.value)
    assert "'https://example.org/'" in str(error.value)


def test_an_empty_match_is_its_own_error():
    with pytest.raises(EmptyContentError):
        words("p", html="<p> </p>")


def test_white_space_of_javascript_alone_is_empty():
    with pytest.raises(EmptyContentError):
        words("p", html="<p>&nbsp;&#xfeff;</p>")


@pytest.mark.parametrize("selector", ["p[", "", "a,", ">p", "p:foo", "p)", ":is(", "p\ud800"])
def test_an_invalid_selector_is_a_clean_error(selector):
    with pytest.raises(InvalidSelectorError) as error:
        words(selector)

    assert error.value.selector == selector


@pytest.mark.parametrize(
    "selection", [None, 3, {}, {"startBefore": "a"}, {"startBefore": 1, "endBefore": "a"}, [[]], [3]]
)
def test_what_is_no_selection_is_refused(selection):
    with pytest.raises(DeclarationError):
        words(selection)


def test_selectors_see_absolute_links():
    html = "<p><a href='/x'>l</a></p>"

    assert words("a[href='https://example.org/x']", html=html) == ["[l](https://example.org/x)"]


def test_links_start_from_the_base_of_the_page():
    html = "<base href='/b/'><base href='/c/'><p><a href='x'>l</a></p>"

    assert words("p", html=html) == ["[l](https://example.org/b/x)"]


def test_protected_addresses_look_alike_at_every_fetch():
    html = "<p><a href='/cdn-cgi/l/email-protection#12ab'>[x]</a></p>"

    assert words("p", html=html) == [
        "[\\[email",
        "protected\\]](https://example.org/cdn-cgi/l/email-protection)",
    ]
