"""A changed line of a comparison, as HTML."""

import pytest
from django.template import Context, Template

from disinfo.diffview import Look, Row
from disinfo.worddiff import Line, Op, Piece

HOSTILE = '<img src=x onerror="alert(1)">&'
ESCAPED = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;"


def shown(op, pieces, side="both"):
    row = Row(Line(op, tuple(pieces), 1, 1), Look.TEXT)
    template = Template("{% load diff %}{% diff_line row row.line.pieces side %}")
    return template.render(Context({"row": row, "side": side}))


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


@pytest.mark.parametrize(("side", "sign"), [("old", "−"), ("new", "+"), ("both", "±")])
def test_a_reworded_line_bears_the_sign_of_its_side(side, sign):
    assert f'<span aria-hidden="true">{sign}</span>' in shown(Op.REWORDED, [Piece(Op.SAME, "x")], side)


def test_marks_are_said_in_the_language_of_the_reader(settings):
    from django.utils import translation

    with translation.override("fr"):
        assert "Ajouté" in shown(Op.ADDED, [Piece(Op.ADDED, "x")])
