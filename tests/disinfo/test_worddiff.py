"""The word diff says what changed, all of it, and in bounded time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disinfo import worddiff
from disinfo.worddiff import Op

words = st.sampled_from(
    [
        "the",
        "terms",
        "may",
        "change",
        "you",
        "agree",
        "data",
        "not",
        "share",
        "14",
        "days",
        "privé",
        "élection",
    ]
)
lines = st.lists(words, max_size=8).map(" ".join)
texts = st.lists(lines, max_size=8).map("\n".join)


def rebuilt(diff, *, without: Op) -> list[str]:
    absent = "new" if without is Op.ADDED else "old"
    present = "old" if without is Op.ADDED else "new"
    assert absent != present
    kept = [line for line in diff if getattr(line, present) is not None]
    return ["".join(piece.text for piece in line.pieces if piece.op is not without) for line in kept]


@given(texts, texts)
def test_the_diff_holds_both_texts(old, new):
    diff = worddiff.diff(old, new)
    assert rebuilt(diff, without=Op.ADDED) == old.splitlines()
    assert rebuilt(diff, without=Op.REMOVED) == new.splitlines()


@given(texts, texts)
def test_line_numbers_count_each_text_from_one(old, new):
    diff = worddiff.diff(old, new)
    assert [line.old for line in diff if line.old] == list(range(1, len(old.splitlines()) + 1))
    assert [line.new for line in diff if line.new] == list(range(1, len(new.splitlines()) + 1))


@given(texts)
def test_a_text_does_not_differ_from_itself(text):
    assert all(line.op is Op.SAME for line in worddiff.diff(text, text))
    assert worddiff.size(worddiff.diff(text, text)) == worddiff.Size(0, 0)


def pieces_of(old: str, new: str) -> list[tuple[str, str]]:
    (line,) = worddiff.diff(old, new)
    return [(piece.op.value, piece.text) for piece in line.pieces]


def test_one_word_in_a_sentence_is_one_word_in_the_diff():
    assert pieces_of("Searches are deleted after 30 days.", "Searches are deleted after 90 days.") == [
        ("same", "Searches are deleted after "),
        ("removed", "30"),
        ("added", "90"),
        ("same", " days."),
    ]


def test_a_run_of_new_words_reads_as_one_change():
    (line,) = worddiff.diff("We keep your data for a year only.", "We keep your data two whole months only.")
    assert [piece.op for piece in line.pieces].count(Op.ADDED) == 1


def test_the_size_counts_words():
    size = worddiff.size(worddiff.diff("one two three\nfour", "one 2 three"))
    assert size == worddiff.Size(added=1, removed=2)


def test_paragraphs_that_have_nothing_in_common_are_not_mixed():
    diff = worddiff.diff("Cats sleep all day long.", "Prices include taxes and fees.")
    assert [line.op for line in diff] == [Op.REMOVED, Op.ADDED]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("* one\n* two\n\nAfter", "* one\n\nAfter"),
        ("* one\n\nAfter", "* one\n* two\n\nAfter"),
        ("Cats sleep all day.\n\nAfter", "Prices include taxes.\n\nAfter"),
    ],
)
def test_no_blank_line_comes_or_goes_where_both_texts_have_one(old, new):
    changed = [line for line in worddiff.diff(old, new) if line.op is not Op.SAME]
    assert all(piece.text.strip() for line in changed for piece in line.pieces)


def test_a_long_document_rewritten_everywhere_takes_little_time():
    old = "\n\n".join(
        f"Clause {n} says that the user number {n} agrees to clause {n + 1}." for n in range(1500)
    )
    new = old.replace("agrees", "consents").replace("user", "member")
    began = time.perf_counter()
    worddiff.diff(old, new)
    assert time.perf_counter() - began < 10


def test_one_endless_line_is_shown_whole_rather_than_compared():
    old, new = "word " * 50_000, "other " * 50_000
    began = time.perf_counter()
    diff = worddiff.diff(old, new)
    assert time.perf_counter() - began < 5
    assert {line.op for line in diff} <= {Op.REMOVED, Op.ADDED, Op.REWORDED}
