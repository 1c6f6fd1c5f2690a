"""Pages made to hold the machine up: a clean answer, in time that grows with the size and no faster."""

import time

import pytest

from terms_tracker.extraction import ExtractionError, TooComplexError, extract_html

DEEP = 100_000


def text_of(html, select="body", **options):
    return extract_html(html, "https://example.org/", select=select, **options)


def text_or_error(html):
    try:
        return text_of(html)
    except ExtractionError as error:
        return str(error)


@pytest.mark.parametrize(
    "tag",
    [
        "<div>",
        "<span>",
        "<b>",
        "<ul><li>",
        "<blockquote>",
        "<table><tr><td>",
        "<font><div>",
        "<svg><g>",
        "<q>",
    ],
)
def test_a_hundred_thousand_nested_tags_are_a_clean_error(tag):
    with pytest.raises(TooComplexError, match="deep"):
        text_of(tag * DEEP + "x")


@pytest.mark.parametrize(
    "html",
    [
        "<p><svg><title>" * DEEP,
        "<div><object></div></object>" * DEEP,
        "<b><div></b>" * DEEP,
        "<span><div></span>" * DEEP,
        "<div></x>" * DEEP,
        "<div><!--</div>-->" * DEEP,
        "<div><script></div></script>" * DEEP,
        "<div title='</div>'>" * DEEP,
    ],
)
def test_depth_is_not_hidden_by_end_tags_that_end_nothing(html):
    with pytest.raises(TooComplexError, match="deep"):
        text_of(html + "x")


@pytest.mark.parametrize(
    "html",
    [
        "<p>x" * 20_000,
        "<ul>" + "<li><p>x" * 20_000,
        "<dl>" + "<dt>x<dd>y" * 20_000,
        "<table>" + "<tr><td>x<td>y" * 20_000,
        "<select>" + "<option>x" * 20_000,
        "<svg>" + "<path/>" * 20_000 + "</svg>x",
        "<p><a name=x>y" * 20_000,
        "<h2>x<h3>y</h2>" * 20_000,
        "<p><font size=1>x</p>" * 20_000,
        "x<br><img src=x><hr>" * 20_000,
        "<p><b><i>x</b></i></p>" * 20_000,
        "<div><p>x</div>" * 20_000,
        "<font><p>x" * 20_000,
        "<p><button>x" * 20_000,
        "<script>" + "<div>" * 20_000 + "</script>x",
    ],
)
def test_long_but_shallow_pages_are_read(html):
    assert text_of(html)


def test_a_page_as_deep_as_any_real_one_is_read():
    assert text_of("<div>" * 500 + "x" + "</div>" * 500 + "<p>y</p>" * 20_000).startswith("x\n\ny")


def test_unclosed_formatting_that_the_parser_would_copy_everywhere_is_refused():
    with pytest.raises(TooComplexError, match="unclosed"):
        text_of("".join(f"<p><b id={number}>x</p>" for number in range(DEEP)))


def test_an_element_with_endless_attributes_is_refused():
    with pytest.raises(TooComplexError, match="attributes"):
        text_of("<p " + " ".join(f"a{number}=1" for number in range(DEEP)) + ">x")


def test_an_image_inside_an_address_is_no_endless_attribute():
    assert text_of(f"<p><img src='data:image/png;base64,{'ab/+' * 100_000}'>x</p>")


@pytest.mark.parametrize(
    "selector", ["p:nth-child(2)", "p ~ p", "div:has(p) p:last-of-type", "p:only-of-type"]
)
def test_a_selector_that_would_count_for_ever_is_refused(selector):
    with pytest.raises(TooComplexError, match="selector"):
        text_of("<div>" + "<p>x</p>" * DEEP + "</div>", select=selector)


def test_selecting_the_same_nodes_over_and_over_is_refused():
    with pytest.raises(ExtractionError):
        text_of("<div>" * 1_900 + "<p>x</p>" * 3_000, select="div")


def test_a_table_that_would_fill_the_memory_is_refused():
    with pytest.raises(TooComplexError):
        text_of("<table><tr><td>a<td>b" + "<tr><td colspan=1000000000>x" * DEEP)


def test_a_page_of_twenty_megabytes_is_read():
    html = "<p>" + "lorem ipsum dolor sit amet " * 750_000 + "</p>"

    assert len(html) > 20_000_000
    assert len(text_of(html)) > 20_000_000


@pytest.mark.parametrize(
    "content", [b"<p>a\xff\xfeb</p>", b"<p>\xed\xa0\x80</p>", b"\xef\xbb\xbf<p>x</p>", b"<p>a\0b</p>"]
)
def test_broken_bytes_are_shown_and_never_raise(content):
    assert "\0" not in text_of(content)


def test_bytes_that_are_no_utf_8_show_as_such():
    assert text_of(b"<p>a\xffb</p>") == "a\ufffdb"


def test_a_byte_order_mark_is_no_text():
    assert text_of("\ufeff<p>x</p>") == "x"


@pytest.mark.parametrize("html", ["", "\0", "<", "<!", "</", "<!--", "<a", "\ud800", "<html></html>"])
def test_next_to_nothing_is_a_clean_error_or_text(html):
    assert text_or_error(html)


GROWING = {
    "paragraphs": lambda n: "<p>x</p>" * n,
    "cells": lambda n: "<table><tr>" + "<td>x" * n,
    "rows": lambda n: "<table>" + "<tr><td>x<td>y" * n,
    "heads": lambda n: "<table><thead>" + "<tr><th>x" * n,
    "bodies": lambda n: "<table>" + "<tbody><tr><th>x<th>y" * n,
    "items": lambda n: "<ol>" + "<li>x" * n,
    "lists": lambda n: "<ul><li>" + "<ul><li>x</ul>y" * n,
    "links": lambda n: "<a href='/x?y'>z</a> " * n,
    "blanks": lambda n: "<i> </i>" * n + "x",
    "hard spaces": lambda n: "<i>&nbsp;</i>" * n + "x",
    "spaces": lambda n: "x" + " \n" * n + "y",
    "newlines": lambda n: "<pre>x" + "\n" * n + "y</pre>",
    "backticks": lambda n: "<code>" + "` `` " * n + "</code>",
    "comments": lambda n: "<!--x-->" * n + "y",
    "unclosed comments": lambda n: "<!--" * n + "y</p>",
    "quotes": lambda n: "<p>" + "<a b='" * n,
    "title": lambda n: "<a href=x title='" + "\n " * n + "'>x</a>",
    "anchors": lambda n: "<a name=x>y" * n,
    "quoted": lambda n: "<blockquote>" + "<p>x" * n,
}


@pytest.mark.parametrize("kind", GROWING)
def test_time_grows_with_the_size(kind):
    pages = {size: GROWING[kind](size) for size in (2_000, 16_000)}
    best = dict.fromkeys(pages, float("inf"))

    def measure():
        for size, html in pages.items():
            start = time.process_time()
            text_or_error(html)
            best[size] = min(best[size], time.process_time() - start)

    def is_linear():
        # Eight times the page: quadratic time would be 64 times as long. Below a hundredth of a second is noise.
        return best[16_000] < 24 * max(best[2_000], 0.01)

    # A busy machine only ever adds time: the best of several runs is what the code costs.
    for _ in range(9):
        measure()
        if is_linear():
            return
    raise AssertionError(best)
