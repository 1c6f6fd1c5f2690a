"""The lines of a comparison as HTML, put together here: for thousands of lines templates take too long."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from disinfo.diffview import Block, Row
from disinfo.worddiff import Op, Piece

register = template.Library()

_NONE = '<p class="diff-line is-none"></p>'
_SIGNS = {"old": "−", "new": "+", "both": "±"}
_TAGS = {Op.ADDED: "ins", Op.REMOVED: "del"}


@register.simple_tag
def diff_block(block: Block, mode: str) -> SafeString:
    """The lines of a block, in one column or ("side") in two."""
    said = map(_pair, block.pairs) if mode == "side" else map(_row, block.rows)
    return mark_safe("".join(said))  # noqa: S308 (signs and classes of ours; each text in it is escaped)


def _pair(pair: tuple[Row | None, Row | None]) -> str:
    """What stands beside what."""
    old, new = pair
    if old and new and old.line.op is Op.SAME:
        return f'<div class="diff-pair is-same">{_row(old)}{_row(new)}</div>'
    before = _line(old, old.line.before, "old") if old else _NONE
    after = _line(new, new.line.after, "new") if new else _NONE
    return f'<div class="diff-pair{" is-reworded" if old == new else ""}">{before}{after}</div>'


def _row(row: Row) -> str:
    """A line of one column."""
    if row.line.op is not Op.SAME:
        return _line(row, row.line.pieces, "both")
    text = escape(row.line.pieces[0].text)
    return f'<p class="diff-line is-same is-{row.look}"><span class="sign"></span><span class="text">{text}</span></p>'


def _line(row: Row, pieces: Iterable[Piece], side: str) -> str:
    """The line of one side ("old", "new" or "both"), with what changed in it marked for eyes and for ears."""
    op = row.line.op
    sign, words = _sign(op, side)
    said = "".join(_piece(piece, is_reworded=op is Op.REWORDED) for piece in pieces)
    return (
        f'<p class="diff-line is-{op} is-{row.look}"><span class="sign"><span aria-hidden="true">{sign}</span>'
        f'<span class="sr-only">{escape(words)}</span></span><span class="text">{said}</span></p>'
    )


def _sign(op: Op, side: str) -> tuple[str, str]:
    """The sign before a line and the words for those who do not see it."""
    if op is Op.ADDED:
        return "+", _("Added:")
    if op is Op.REMOVED:
        return "−", _("Removed:")
    return _SIGNS[side], _("Reworded:")


def _piece(piece: Piece, *, is_reworded: bool) -> str:
    """Some words of the line, as HTML."""
    text = escape(piece.text)
    tag = _TAGS.get(piece.op)
    if tag is None:
        return text
    if not is_reworded:
        return f"<{tag}>{text}</{tag}>"
    words = escape(_("added:") if piece.op is Op.ADDED else _("removed:"))
    return f'<{tag}><span class="sr-only">[{words} </span>{text}<span class="sr-only">]</span></{tag}>'
