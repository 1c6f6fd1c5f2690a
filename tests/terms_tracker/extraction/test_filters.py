"""Declarative filters: the built-in one of the reference engine, ours, and those a service names."""

import pickle

import pytest

from terms_tracker.extraction import (
    DeclarationError,
    FilterError,
    UnknownFilterError,
    extract_html,
    parse_filters,
)


def filtered(html, *filters, named=None):
    read = parse_filters(list(filters), named=named)
    read = pickle.loads(pickle.dumps(read))  # noqa: S301 - filters must bear the way to another process
    return extract_html(html, "https://example.org/", select="body", filters=read)


@pytest.mark.parametrize(
    ("params", "html", "expected"),
    [
        ("a", "<a href='/x?a=1&b=2 3'>l</a>", "[l](https://example.org/x?b=2+3)"),
        (["a", "b"], "<a href='/x?a=1&b=2#h'>l</a>", "[l](https://example.org/x#h)"),
        ("a", "<a href='/x?b=2 3'>l</a>", "[l](https://example.org/x?b=2%203)"),
        ("a", "<a href='http://[?a=1'>l</a>", "[l](http://[?a=1)"),
        ("a", "<img src='/x?a=1'>", "![](https://example.org/x)"),
        ("a", "<a href='/x?a=1&a=2&A=3'>l</a>", "[l](https://example.org/x?A=3)"),
    ],
)
def test_query_parameters_are_removed_as_the_reference_engine_does(params, html, expected):
    assert filtered(html, {"removeQueryParams": params}) == expected


@pytest.mark.parametrize(
    ("name", "params", "html", "expected"),
    [
        ("remove", [".x", "nav"], "<nav>n</nav><p class=x>x</p><p>y</p>", "y"),
        ("unwrap", "font, font", "<p><font>a<font>b</font></font>c</p>", "abc"),
        ("removeAttribute", {"select": "a", "attribute": "href"}, "<a href='#'>l</a>", "l"),
        (
            "unwrapRedirect",
            {"select": "a", "param": "u"},
            "<a href='/l.php?u=https%3A%2F%2Fx.org%2Fy&h=1'>l</a>",
            "[l](https://x.org/y)",
        ),
        (
            "replaceHref",
            {"select": "a", "find": "/fr-be/", "replace": "/fr/"},
            "<a href='/fr-be/x'>l</a>",
            "[l](https://example.org/fr/x)",
        ),
        ("renameTag", {"select": ".t", "tag": "h3"}, "<p class=t>a<b>c</b></p>", "### a**c**"),
        (
            "textReplace",
            {"select": "p", "find": "Monday", "replace": "…"},
            "<p>It is <b>Monday</b></p>",
            "It is **…**",
        ),
        ("setText", {"select": ".e", "text": "hidden"}, "<p class=e>a<b>b</b></p>", "hidden"),
    ],
)
def test_each_filter_does_its_deed(name, params, html, expected):
    assert filtered(html, {name: params}) == expected


def test_filters_run_in_order_and_before_everything_else():
    html = "<p>y</p><script class=s>x</script>"

    assert (
        filtered(
            html, {"renameTag": {"select": ".s", "tag": "div"}}, {"setText": {"select": ".s", "text": "z"}}
        )
        == "y\n\nz"
    )


def test_a_service_names_its_own_filters():
    named = {"cleanLinks": [{"removeQueryParams": "sid"}, {"remove": ".ad"}]}

    assert (
        filtered("<a href='/?sid=1'>l</a><i class=ad>ad</i>", "cleanLinks", named=named)
        == "[l](https://example.org/)"
    )


def test_an_unknown_filter_is_an_error_that_names_it():
    with pytest.raises(UnknownFilterError, match="unknown filter “cleanUrls”") as error:
        parse_filters(["cleanUrls"])

    assert error.value.name == "cleanUrls"


def test_an_unknown_filter_is_reported_where_the_caller_asks_for_that():
    reported = []

    assert [each.name for each in parse_filters(["x", {"remove": "p"}], on_unknown=reported.append)] == [
        "remove"
    ]
    assert [error.name for error in reported] == ["x"]


def test_a_named_filter_cannot_call_itself():
    with pytest.raises(UnknownFilterError):
        parse_filters(["loop"], named={"loop": ["loop"]})


@pytest.mark.parametrize(
    "value",
    [
        "remove",
        [3],
        ["remove"],
        [{"remove": []}],
        [{"remove": "a", "unwrap": "b"}],
        [{"renameTag": {"select": "p", "tag": "a b"}}],
        [{"replaceHref": {"select": "a"}}],
        [{"textReplace": {"select": "a", "find": "", "replace": ""}}],
    ],
)
def test_wrong_parameters_are_refused_when_they_are_read(value):
    with pytest.raises(DeclarationError):
        parse_filters(value)


def test_a_filter_that_fails_on_a_page_is_named():
    with pytest.raises(FilterError, match='The filter function "remove" failed: Invalid selector p\\['):
        filtered("<p>x</p>", {"remove": "p["})
