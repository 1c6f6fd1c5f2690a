"""The blocks of a comparison: nothing is lost, changes are in view, headings are known."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from disinfo.diffview import Look, blocks_of, plain_heading, sections
from disinfo.worddiff import Op, diff

lines_of_terms = st.sampled_from(
    [
        "",
        "Title",
        "=====",
        "-----",
        "## Your data",
        "# **1\\. Scope**",
        "We keep it.",
        "We sell it.",
        "- one",
        "| a | b |",
        "a b c",
    ]
)
texts = st.lists(lines_of_terms, max_size=40).map("\n".join)


@given(old=texts, new=texts, context=st.integers(0, 5))
def test_the_blocks_together_are_all_the_lines_in_order(old, new, context):
    lines = diff(old, new)
    made = blocks_of(lines, context=context)
    assert list(chain.from_iterable(block.lines for block in made)) == lines
    assert all(block.rows for block in made)


@given(old=texts, new=texts)
def test_a_change_is_never_folded_away(old, new):
    assert not any(block.has_change for block in blocks_of(diff(old, new)) if block.is_folded)


@given(old=texts, new=texts)
def test_only_the_first_line_of_a_shown_block_may_be_a_heading(old, new):
    shown = [block for block in blocks_of(diff(old, new)) if not block.is_folded]
    assert not any(row.look is Look.HEADING for block in shown for row in block.rows[1:])


@given(old=texts, new=texts)
def test_sections_hold_all_the_blocks(old, new):
    made = blocks_of(diff(old, new))
    assert list(chain.from_iterable(section.blocks for section in sections(made))) == made


@given(old=texts, new=texts)
def test_two_columns_hold_every_line_once_a_side_in_order(old, new):
    for block in blocks_of(diff(old, new)):
        left = [row.line for row, _new in block.pairs if row]
        right = [row.line for _old, row in block.pairs if row]
        assert left == [line for line in block.lines if line.op is not Op.ADDED]
        assert right == [line for line in block.lines if line.op is not Op.REMOVED]


def test_what_was_removed_stands_beside_what_replaced_it():
    (block,) = blocks_of(diff("one two three", "four five six"))
    ((before, after),) = block.pairs
    assert (before.line.op, after.line.op) == (Op.REMOVED, Op.ADDED)


def test_two_equal_texts_fold_into_one_block():
    (only,) = blocks_of(diff("a\nb", "a\nb"))
    assert only.is_folded


def test_nothing_gives_no_block():
    assert blocks_of(diff("", "")) == []


def _terms(sentence: str) -> str:
    paragraphs = [f"Paragraph {n}.\n" for n in range(12)]
    return "\n".join(
        ["Terms", "=====", "", *paragraphs, "Your data", "---------", "", sentence, "", *paragraphs]
    )


def test_a_change_stands_under_its_heading_with_the_rest_folded():
    made = blocks_of(diff(_terms("We keep your data."), _terms("We sell your data.")))
    assert [block.is_folded for block in made] == [True, False, True]
    assert made[1].heading == "Your data"
    assert made[1].opens_section
    assert [row.look for row in made[1].rows[:3]] == [Look.HEADING, Look.UNDERLINE, Look.BLANK]
    assert sum(line.op is not Op.SAME for line in made[1].lines) == 1


def test_a_heading_inside_a_fold_is_the_heading_of_what_follows():
    made = blocks_of(diff(_terms("Same.") + "\nWe keep it.", _terms("Same.") + "\nWe sell it."))
    assert made[-1].heading == "Your data"
    assert not made[-1].opens_section
    assert sections(made)[-1].needs_heading


def test_a_rule_below_a_list_is_no_heading():
    made = blocks_of(diff("- one\n---\nx", "- one\n---\ny"))
    assert {block.heading for block in made} == {""}


def test_a_heading_is_read_without_its_markdown():
    (line,) = diff("", "## **1\\. [Your data](https://example.org/data)** ##")
    assert plain_heading(line) == "1. Your data"
