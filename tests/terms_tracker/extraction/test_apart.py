"""Extraction in a child process: the same answers, and limits that hold."""

import pickle

import pytest

from terms_tracker.extraction import (
    NoMatchError,
    TooComplexError,
    UnknownFilterError,
    extract,
    extract_apart,
    parse_document,
)

DOCUMENT = parse_document(
    {"fetch": "https://example.org/", "select": "p", "filter": [{"removeQueryParams": ["a"]}]}
)


def test_the_answer_is_that_of_extract():
    snapshots = [(DOCUMENT, b"<p>caf\xc3\xa9 <a href='/?a=1'>l</a></p>", "text/html")] * 2

    assert extract_apart(snapshots) == extract(snapshots)


def test_the_error_is_that_of_extract():
    with pytest.raises(NoMatchError) as error:
        extract_apart([(DOCUMENT, b"<b>x</b>", "text/html")])

    assert error.value.reason.startswith('The provided selector "p" has no match')


def test_what_takes_too_much_memory_breaks_the_child_only():
    content = b"<p>" + b"x " * 40_000_000

    with pytest.raises(TooComplexError):
        extract_apart([(DOCUMENT, content, "text/html")], memory_megabytes=300)


@pytest.mark.parametrize(
    "error", [NoMatchError("p", "https://example.org/"), UnknownFilterError("filter", "x").under("Terms")]
)
def test_errors_travel_between_processes(error):
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301

    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
