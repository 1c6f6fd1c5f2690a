"""The lines of a comparison, as HTML."""

import re

import pytest
from django.template import Context, Template

from disinfo.diffview import Block, Look, Row
from disinfo.worddiff import Line, Op, Piece

HOSTILE = '<img src=x onerror="alert(1)">&'
ESCAPED = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;"


def shown(op, pieces, mode="inline"):
    block = Block("", False, (Row(Line(op, tuple(pieces), 1, 1), Look.TEXT),))
    template = Template("{% load diff %}{% diff_block block mode %}")
    return template.render(Context({"block": block, "mode": mode}))


@pytest.mark.parametrize(("op", "tag"), [(Op.ADDED, "ins"), (Op.REMOVED, "del")])
def test_what_came_or_went_is_marked_and_its_words_run_nothing(op, tag):
    html = shown(op, [Piece(op, HOSTILE)])
    assert f"<{tag}>{ESCAPED}</{tag}>" in html
    assert "<img" not in html


def test_within_a_reworded_line_ears_are_told_where_words_begin_and_end():
    html = shown(
        Op.REWORDED, [Piece(Op.SAME, "we may "), Piece(Op.REMOVED, "read"), Piece(Op.ADDED, HOSTILE)]
    )
    assert "we may <del>" in html
    assert f'<ins><span class="sr-only">[added: </span>{ESCAPED}<span class="sr-only">]</span></ins>' in html
    assert "<img" not in html


@pytest.mark.parametrize("mode", ["inline", "side"])
def test_what_stayed_is_not_marked_and_runs_nothing(mode):
    html = shown(Op.SAME, [Piece(Op.SAME, HOSTILE)], mode)
    assert html.count(ESCAPED) == (2 if mode == "side" else 1)
    assert "<img" not in html
    assert "sr-only" not in html


@pytest.mark.parametrize(("mode", "signs"), [("side", ["−", "+"]), ("inline", ["±"])])
def test_a_reworded_line_bears_the_sign_of_its_column(mode, signs):
    html = shown(Op.REWORDED, [Piece(Op.SAME, "x")], mode)
    assert re.findall('<span aria-hidden="true">(.)</span>', html) == signs


def test_beside_what_only_one_text_has_stands_nothing():
    html = shown(Op.ADDED, [Piece(Op.ADDED, "x")], "side")
    assert html.index("is-none") < html.index("is-added")
    assert html.count("<p ") == 2


def test_marks_are_said_in_the_language_of_the_reader(settings):
    from django.utils import translation

    with translation.override("fr"):
        assert "Ajouté" in shown(Op.ADDED, [Piece(Op.ADDED, "x")])
