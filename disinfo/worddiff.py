"""What changed from one text to another: first lines, then words inside the lines that changed.

A word diff of a whole document takes seconds on real terms; in two levels it takes milliseconds. What separates (blank
lines between paragraphs, spaces between words) is never aligned on its own: it follows what it comes after.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, zip_longest

from rapidfuzz.distance import LCSseq

# A word or a sign, with the space that follows it; a line may begin with space.
_TOKEN = re.compile(r"(\w+|[^\w\s]|^)(\s*)")
# Tokens beyond which a line is shown as removed and added whole: nobody reads such a line word by word.
_LARGEST_LINE_WORDS = 20_000
_LONGEST_BY_DIFFLIB = 300
_LONGEST_SMALL_WORD = 3
_LINES_LOOKED_AHEAD = 12
# Below this share of words in common, two paragraphs are not versions of one another.
_SAME_PARAGRAPH = 0.35

# (whether it is the same, from and to in the old sequence, from and to in the new one)
_Run = tuple[bool, int, int, int, int]


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
    before, after = _paragraphs(old.splitlines()), _paragraphs(new.splitlines())
    lines: list[Line] = []
    for is_same, i, j, k, m in _aligned([each.text for each in before], [each.text for each in after]):
        if is_same:
            for one, other in zip(before[i:j], after[k:m], strict=True):
                lines += _kept(one, other, Op.SAME, (Piece(Op.SAME, one.text),))
        else:
            lines += _changed(before[i:j], after[k:m])
    return list(_with_shared_blanks(lines))


def size(lines: Iterable[Line]) -> Size:
    """Words added and removed by a comparison."""
    counts = {Op.ADDED: 0, Op.REMOVED: 0}
    for line in lines:
        for piece in line.pieces:
            if piece.op in counts:
                counts[piece.op] += len(_words(piece.text))
    return Size(added=counts[Op.ADDED], removed=counts[Op.REMOVED])


def size_of_new(text: str) -> Size:
    """The size of a text that nothing came before."""
    return Size(added=len(_words(text)), removed=0)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@dataclass(frozen=True)
class _Paragraph:
    """A line with words, its number, and the blank lines that follow it (which may hold spaces)."""

    text: str
    number: int
    blanks: tuple[str, ...]

    @property
    def lines(self) -> Iterator[tuple[int, str]]:
        """All its lines with their numbers."""
        return enumerate((self.text, *self.blanks), self.number)


def _paragraphs(lines: Sequence[str]) -> list[_Paragraph]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    # Blank lines before the first words belong to an empty paragraph of their own.
    starts = filled if not lines or filled[:1] == [0] else [0, *filled]
    ends = [*starts[1:], len(lines)] if starts else []
    return [
        _Paragraph(lines[at], at + 1, tuple(lines[at + 1 : end]))
        for at, end in zip(starts, ends, strict=True)
    ]


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[_Run]:
    """What two sequences share in order, and what lies between: runs that cover both from end to end.

    The longest common subsequence, bit-parallel: 20,000 lines against as many take a tenth of a second, whatever they
    hold, where difflib takes minutes on texts that repeat themselves.
    """
    i = k = 0
    for run in LCSseq.opcodes(before, after):
        i1, i2, k1, k2 = run.src_start, run.src_end, run.dest_start, run.dest_end
        if run.tag != "equal":
            continue
        if i1 > i or k1 > k:
            yield False, i, i1, k, k1
        yield True, i1, i2, k1, k2
        i, k = i2, k2
    if i < len(before) or k < len(after):
        yield False, i, len(before), k, len(after)


def _kept(one: _Paragraph, other: _Paragraph, op: Op, pieces: tuple[Piece, ...]) -> Iterator[Line]:
    """A paragraph that both texts have, then the blank lines after it, of which one may have more."""
    yield Line(op, pieces, one.number, other.number)
    for n, (old, new) in enumerate(zip_longest(one.blanks, other.blanks), 1):
        if old == new:
            yield Line(Op.SAME, (Piece(Op.SAME, old),), one.number + n, other.number + n)
            continue
        if old is not None:
            yield Line(Op.REMOVED, (Piece(Op.REMOVED, old),), one.number + n, None)
        if new is not None:
            yield Line(Op.ADDED, (Piece(Op.ADDED, new),), None, other.number + n)


def _gone(paragraphs: Sequence[_Paragraph]) -> Iterator[Line]:
    for each in paragraphs:
        for number, text in each.lines:
            yield Line(Op.REMOVED, (Piece(Op.REMOVED, text),), number, None)


def _new(paragraphs: Sequence[_Paragraph]) -> Iterator[Line]:
    for each in paragraphs:
        for number, text in each.lines:
            yield Line(Op.ADDED, (Piece(Op.ADDED, text),), None, number)


def _with_shared_blanks(lines: Iterable[Line]) -> Iterator[Line]:
    """A blank line that ends what went and what came too is in both: else a reader sees it go here and come there."""
    for is_same, group in groupby(lines, key=lambda line: line.op is Op.SAME):
        run, shared = list(group), list[Line]()
        olds = [at for at, line in enumerate(run) if line.old is not None]
        news = [at for at, line in enumerate(run) if line.new is not None]
        gone: set[int] = set()
        while not is_same and olds and news and _are_one_blank(run[olds[-1]], run[news[-1]]):
            old, new = olds.pop(), news.pop()
            pieces = (Piece(Op.SAME, run[old].pieces[0].text),)
            shared.append(Line(Op.SAME, pieces, run[old].old, run[new].new))
            gone.update((old, new))
        yield from (line for at, line in enumerate(run) if at not in gone)
        yield from reversed(shared)


def _are_one_blank(old: Line, new: Line) -> bool:
    if old.op is not Op.REMOVED or new.op is not Op.ADDED:
        return False
    text = old.pieces[0].text
    return not text.strip() and text == new.pieces[0].text


def _changed(before: Sequence[_Paragraph], after: Sequence[_Paragraph]) -> Iterator[Line]:
    """Pair the paragraphs that are versions of one another; the rest is removed or added whole."""
    i = k = 0
    for p, q in _pairs([each.text for each in before], [each.text for each in after]):
        yield from _gone(before[i:p])
        yield from _new(after[k:q])
        yield from _kept(before[p], after[q], Op.REWORDED, tuple(word_pieces(before[p].text, after[q].text)))
        i, k = p + 1, q + 1
    yield from _gone(before[i:])
    yield from _new(after[k:])


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of lines alike enough, in order. Bounded: only the next few lines are looked at for each."""
    next_free = 0
    bags = [set(_words(text)) for text in after]
    for i, text in enumerate(before):
        words = set(_words(text))
        if not words:
            continue
        window = range(next_free, min(len(after), next_free + _LINES_LOOKED_AHEAD))
        best = max(window, key=lambda k: _likeness(words, bags[k]), default=None)
        if best is not None and _likeness(words, bags[best]) >= _SAME_PARAGRAPH:
            yield i, best
            next_free = best + 1


def _likeness(one: set[str], other: set[str]) -> float:
    """Share of words in common; a paragraph of which much was cut is still itself, so the shorter one weighs more."""
    shorter, longer = sorted((len(one), len(other)))
    return len(one & other) / max(0.6 * shorter + 0.4 * longer, 1)


def word_pieces(old: str, new: str) -> Iterator[Piece]:
    """The words of two lines, merged; a line too long to compare is removed and added whole."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) > _LARGEST_LINE_WORDS:
        yield Piece(Op.REMOVED, old)
        yield Piece(Op.ADDED, new)
        return
    held: list[Piece] = []
    for is_same, i, j, k, m in _readable(
        _word_runs([word for word, _space in before], [word for word, _space in after]), before
    ):
        held += _same_words(before[i:j], after[k:m]) if is_same else _other_words(before[i:j], after[k:m])
    yield from _joined(held)


def _word_runs(before: Sequence[str], after: Sequence[str]) -> Iterator[_Run]:
    if max(len(before), len(after)) > _LONGEST_BY_DIFFLIB:
        yield from _aligned(before, after)
        return
    # difflib prefers long runs of equal words, which people read better than the longest subsequence.
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield tag == "equal", i, j, k, m


def _readable(runs: Iterable[_Run], before: Sequence[tuple[str, str]]) -> Iterator[_Run]:
    """Merge changes that only a small word or a comma keeps apart: they read as one change, not as three."""
    everything = list(runs)
    held: _Run | None = None
    for at, (is_same, i, j, k, m) in enumerate(everything):
        is_island = is_same and held is not None and at + 1 < len(everything) and _is_small(before[i:j])
        if is_same and not is_island:
            if held:
                yield held
            held = None
            yield is_same, i, j, k, m
        else:
            held = (False, held[1], j, held[3], m) if held else (False, i, j, k, m)
    if held:
        yield held


def _is_small(tokens: Sequence[tuple[str, str]]) -> bool:
    return len(tokens) == 1 and len(tokens[0][0]) <= _LONGEST_SMALL_WORD


def _same_words(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    for (word, old_space), (_word, new_space) in zip(before, after, strict=True):
        yield Piece(Op.SAME, word)
        yield from _space(old_space, new_space)


def _other_words(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """Replaced words; the space after them stays where it was when both have it."""
    has_both = bool(before) and bool(after)
    old_space, new_space = (before[-1][1], after[-1][1]) if has_both else ("", "")
    for op, tokens, last in ((Op.REMOVED, before, old_space), (Op.ADDED, after, new_space)):
        text = "".join(word + space for word, space in tokens)
        yield Piece(op, text[: len(text) - len(last)])
    yield from _space(old_space, new_space)


def _space(old: str, new: str) -> Iterator[Piece]:
    if old == new:
        yield Piece(Op.SAME, old)
    else:
        yield Piece(Op.REMOVED, old)
        yield Piece(Op.ADDED, new)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; empty ones dropped."""
    for op, group in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.op):
        yield Piece(op, "".join(piece.text for piece in group))
