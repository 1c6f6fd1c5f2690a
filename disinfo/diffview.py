"""A comparison as readers see it: cut into blocks at the headings, with what did not change folded away."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from disinfo.worddiff import Line, Op, Piece

CONTEXT_LINES = 3
"""Unchanged lines shown on each side of a change: in Markdown that is about one paragraph."""
_FEWEST_FOLDED = 4

_ATX_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_SETEXT_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})\s*$")
_NOT_A_TITLE = re.compile(r"\s*(?:[-*+>|]|\d+[.)])\s")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class Look(StrEnum):
    """How a line of Markdown source is set."""

    TEXT = "text"
    HEADING = "heading"
    UNDERLINE = "underline"
    BLANK = "blank"


@dataclass(frozen=True)
class Row:
    """A line and how it is set."""

    line: Line
    look: Look


@dataclass(frozen=True)
class Block:
    """Lines read together. `heading` is the section they stand under; a folded block may run into others."""

    heading: str
    is_folded: bool
    rows: tuple[Row, ...]

    @property
    def lines(self) -> list[Line]:
        """Its lines, in order."""
        return [row.line for row in self.rows]

    @property
    def pairs(self) -> list[tuple[Row | None, Row | None]]:
        """Its lines for two columns: what was removed stands beside what was added in its place."""
        paired: list[tuple[Row | None, Row | None]] = []
        removed: list[Row] = []
        for row in self.rows:
            if row.line.op is Op.REMOVED:
                removed.append(row)
            elif row.line.op is Op.ADDED:
                paired.append((removed.pop(0) if removed else None, row))
            else:
                paired += [(old, None) for old in removed]
                removed.clear()
                paired.append((row, row))
        return paired + [(old, None) for old in removed]

    @property
    def opens_section(self) -> bool:
        """Whether it begins with the very heading it stands under."""
        return self.rows[0].look is Look.HEADING

    @property
    def has_change(self) -> bool:
        """Whether something in it changed."""
        return any(row.line.op is not Op.SAME for row in self.rows)


@dataclass(frozen=True)
class Section:
    """Blocks that follow each other under one heading, so that it can stay in view while they are read."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def has_change(self) -> bool:
        """Whether something in it changed."""
        return any(block.has_change for block in self.blocks)

    @property
    def needs_heading(self) -> bool:
        """Whether its heading must be said, because none of its visible lines says it first."""
        first = next((block for block in self.blocks if not block.is_folded), None)
        return bool(self.heading) and first is not None and not first.opens_section


def blocks_of(lines: Sequence[Line], *, context: int = CONTEXT_LINES) -> list[Block]:
    """All the lines, in order: shown near changes and cut at headings, folded where nothing changes."""
    rows = [Row(line, look) for line, look in zip(lines, _looks(lines), strict=True)]
    made: list[Block] = []
    heading = ""
    for is_folded, start, end in _runs(lines, context):
        for part_start, part_end in [(start, end)] if is_folded else _cut_at_headings(rows, start, end):
            if rows[part_start].look is Look.HEADING:
                heading = plain_heading(rows[part_start].line)
            made.append(Block(heading, is_folded, tuple(rows[part_start:part_end])))
            heading = _last_heading(rows[part_start:part_end]) or heading
    return made


def sections(made: Sequence[Block]) -> list[Section]:
    """The blocks, grouped while their heading stays the same."""
    return [
        Section(heading, tuple(group)) for heading, group in groupby(made, key=lambda block: block.heading)
    ]


def plain_heading(line: Line) -> str:
    """The words of a heading line, the new ones where it was reworded, without Markdown's signs."""
    pieces: Sequence[Piece] = line.pieces if line.op is Op.REMOVED else line.after
    text = "".join(piece.text for piece in pieces).strip()
    text = re.sub(r"^#{1,6}\s*|\s+#+$", "", text)
    text = _LINK.sub(r"\1", text)
    text = re.sub(r"(\*\*|__|`)", "", text)
    return _ESCAPE.sub(r"\1", text).strip()


def _runs(lines: Sequence[Line], context: int) -> Iterator[tuple[bool, int, int]]:
    """Stretches (folded?, start, end) that cover all lines; one too short to be worth folding is shown."""
    shown = [False] * len(lines)
    for at, line in enumerate(lines):
        if line.op is not Op.SAME:
            near = range(max(0, at - context), min(len(lines), at + context + 1))
            for place in near:
                shown[place] = True
    has_changes = any(shown)
    stretches: list[tuple[bool, int, int]] = []
    for is_shown, group in groupby(range(len(lines)), key=lambda at: shown[at]):
        places = list(group)
        is_folded = not is_shown and (len(places) >= _FEWEST_FOLDED or not has_changes)
        if stretches and stretches[-1][0] == is_folded:
            stretches[-1] = (is_folded, stretches[-1][1], places[-1] + 1)
        else:
            stretches.append((is_folded, places[0], places[-1] + 1))
    yield from stretches


def _cut_at_headings(rows: Sequence[Row], start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [at for at in range(start + 1, end) if rows[at].look is Look.HEADING]
    yield from zip([start, *cuts], [*cuts, end], strict=True)


def _last_heading(rows: Sequence[Row]) -> str:
    return next((plain_heading(row.line) for row in reversed(rows) if row.look is Look.HEADING), "")


def _looks(lines: Sequence[Line]) -> list[Look]:
    """How each line is set, read in the new text; lines that are only in the old one, read there."""
    looks = [Look.TEXT] * len(lines)
    for op in (Op.REMOVED, Op.ADDED):  # the new text last, so that it decides for the lines that are in both
        other = Op.ADDED if op is Op.REMOVED else Op.REMOVED
        places = [at for at, line in enumerate(lines) if line.op is not other]
        texts = [
            "".join(p.text for p in (lines[at].before if op is Op.REMOVED else lines[at].after))
            for at in places
        ]
        for at, look in zip(places, _looks_of(texts), strict=True):
            looks[at] = look
    return looks


def _looks_of(texts: Sequence[str]) -> list[Look]:
    looks = [Look.BLANK if not text.strip() else Look.TEXT for text in texts]
    for at, text in enumerate(texts):
        if _ATX_HEADING.match(text):
            looks[at] = Look.HEADING
        elif (
            _SETEXT_UNDERLINE.match(text)
            and at
            and looks[at - 1] is Look.TEXT
            and not _NOT_A_TITLE.match(texts[at - 1])
        ):
            looks[at - 1], looks[at] = Look.HEADING, Look.UNDERLINE
    return looks
