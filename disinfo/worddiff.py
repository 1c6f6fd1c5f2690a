"""What changed from one text to another: first lines, then words inside the lines that changed.

A word diff of a whole document takes seconds on real terms; in two levels it takes milliseconds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
# Words beyond which a changed part is shown as removed and added whole: comparing it word by word would hold a page.
_LARGEST_PART_WORDS = 3_000
_MOST_LINES_COMPARED = 20_000
# Below this share of words in common, two paragraphs are not versions of one another.
_SAME_PARAGRAPH = 0.35


class Op(StrEnum):
    """What happened to a piece."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


@dataclass(frozen=True)
class Piece:
    """Some words of a line."""

    op: Op
    text: str


@dataclass(frozen=True)
class Line:
    """One line of the comparison; `old` and `new` are its numbers in each text, from 1, None where it is not."""

    op: Op
    pieces: tuple[Piece, ...]
    old: int | None
    new: int | None

    @property
    def before(self) -> tuple[Piece, ...]:
        """The pieces of the old text."""
        return tuple(piece for piece in self.pieces if piece.op is not Op.ADDED)

    @property
    def after(self) -> tuple[Piece, ...]:
        """The pieces of the new text."""
        return tuple(piece for piece in self.pieces if piece.op is not Op.REMOVED)


@dataclass(frozen=True)
class Size:
    """How many words were added and removed."""

    added: int
    removed: int


def diff(old: str, new: str) -> list[Line]:
    """Every line of both texts, in order, each marked with what happened to it."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) > _MOST_LINES_COMPARED:
        return [*_removed(before, 0), *_added(after, 0)]
    lines: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [_same(before[i + n], i + n, k + n) for n in range(j - i)]
        else:
            lines += _changed(before[i:j], after[k:m], i, k)
    return lines


def size(lines: Sequence[Line]) -> Size:
    """Words added and removed by a comparison."""

    def count(op: Op) -> int:
        return sum(len(_words(piece.text)) for line in lines for piece in line.pieces if piece.op is op)

    return Size(added=count(Op.ADDED), removed=count(Op.REMOVED))


def size_of_new(text: str) -> Size:
    """The size of a text that nothing came before."""
    return Size(added=len(_words(text)), removed=0)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _same(text: str, old: int, new: int) -> Line:
    return Line(Op.SAME, (Piece(Op.SAME, text),), old + 1, new + 1)


def _removed(lines: Sequence[str], start: int) -> list[Line]:
    return [Line(Op.REMOVED, (Piece(Op.REMOVED, text),), start + n + 1, None) for n, text in enumerate(lines)]


def _added(lines: Sequence[str], start: int) -> list[Line]:
    return [Line(Op.ADDED, (Piece(Op.ADDED, text),), None, start + n + 1) for n, text in enumerate(lines)]


def _changed(before: Sequence[str], after: Sequence[str], old: int, new: int) -> Iterator[Line]:
    """Pair the paragraphs that are versions of one another; the rest is removed or added whole."""
    i = k = 0
    for p, q in _pairs(before, after):
        yield from _removed(before[i:p], old + i)
        yield from _added(after[k:q], new + k)
        pieces = tuple(word_pieces(before[p], after[q]))
        yield Line(Op.REWORDED, pieces, old + p + 1, new + q + 1)
        i, k = p + 1, q + 1
    yield from _removed(before[i:], old + i)
    yield from _added(after[k:], new + k)


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of lines alike enough, in order. Bounded: only the next few lines are looked at for each."""
    next_free = 0
    bags = [set(_words(text)) for text in after]
    for i, text in enumerate(before):
        words = set(_words(text))
        if not words:
            continue
        window = range(next_free, min(len(after), next_free + 12))
        best = max(window, key=lambda k: _likeness(words, bags[k]), default=None)
        if best is not None and _likeness(words, bags[best]) >= _SAME_PARAGRAPH:
            yield i, best
            next_free = best + 1


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def word_pieces(old: str, new: str) -> Iterator[Piece]:
    """The words of two lines, merged; a line too long to compare is removed and added whole."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) > _LARGEST_PART_WORDS:
        yield Piece(Op.REMOVED, old)
        yield Piece(Op.ADDED, new)
        return
    for tag, i, j, k, m in _without_islands(SequenceMatcher(None, before, after, autojunk=False).get_opcodes(), before):
        if tag == "equal":
            yield Piece(Op.SAME, "".join(before[i:j]))
            continue
        if j > i:
            yield Piece(Op.REMOVED, "".join(before[i:j]))
        if m > k:
            yield Piece(Op.ADDED, "".join(after[k:m]))


Opcode = tuple[str, int, int, int, int]


def _without_islands(opcodes: Sequence[Opcode], before: Sequence[str]) -> Iterator[Opcode]:
    """Merge changes that only white space keeps apart: "a b c" → "x y z" reads as one change, not three."""
    held: Opcode | None = None
    for at, (tag, i, j, k, m) in enumerate(opcodes):
        is_blank = tag == "equal" and not "".join(before[i:j]).strip()
        is_island = is_blank and held is not None and at + 1 < len(opcodes)
        if tag == "equal" and not is_island:
            if held:
                yield held
            held = None
            yield tag, i, j, k, m
        else:
            held = ("replace", held[1], j, held[3], m) if held else (tag, i, j, k, m)
    if held:
        yield held
