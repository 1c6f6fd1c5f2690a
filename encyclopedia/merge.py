"""Three-way merge: what two people made of one page, put together where they did not touch the same thing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from rapidfuzz.distance import LCSseq

from encyclopedia.document import LISTS, Document

# (from and to in the base, the lines put there instead)
_Hunk = tuple[int, int, tuple[str, ...]]
_SINGLE = ("title", "kind", "summary")


@dataclass(frozen=True)
class Merged:
    """The page with both changes, and the parts that both changed in ways that cannot both stand."""

    document: Document
    conflicts: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left for a person to decide."""
        return not self.conflicts


def merge(base: Document, mine: Document, theirs: Document) -> Merged:
    """Both changes of `base`; where they conflict the document keeps mine, and `conflicts` names the part."""
    conflicts: list[str] = []

    def choose(part: str, old: Any, one: Any, other: Any) -> Any:
        if one == other or other == old:
            return one
        if one == old:
            return other
        conflicts.append(part)
        return one

    values: dict[str, Any] = {
        name: choose(name, getattr(base, name), getattr(mine, name), getattr(theirs, name))
        for name in _SINGLE
    }
    for name in LISTS:
        values[name] = merged_list(getattr(base, name), getattr(mine, name), getattr(theirs, name))
    values["fields"] = _merged_fields(base.fields, mine.fields, theirs.fields, choose)
    body = merged_text(base.body, mine.body, theirs.body)
    if body is None:
        conflicts.append("body")
    return Merged(replace(mine, **values, body=mine.body if body is None else body), tuple(conflicts))


def _merged_fields(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], choose: Any
) -> dict[str, Any]:
    names = sorted({*mine, *theirs})
    chosen = {name: choose(name, base.get(name), mine.get(name), theirs.get(name)) for name in names}
    return {name: value for name, value in chosen.items() if value is not None}


def merged_list(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """What either added, without what either took away; lists of words never conflict."""
    gone = {item for item in base if item not in mine or item not in theirs}
    return tuple(dict.fromkeys(item for item in (*mine, *theirs) if item not in gone))


def merged_text(base: str, mine: str, theirs: str) -> str | None:
    """Both changes of a text by its lines; None when they touch the same ones (as diff3 has it)."""
    lines = base.split("\n")
    hunks = sorted({*_hunks(lines, mine.split("\n")), *_hunks(lines, theirs.split("\n"))})
    if any(_touch(one, other) for one, other in pairwise(hunks)):
        return None
    merged: list[str] = []
    at = 0
    for start, end, put in hunks:
        merged += lines[at:start]
        merged += put
        at = end
    return "\n".join(merged + lines[at:])


def _touch(one: _Hunk, other: _Hunk) -> bool:
    """Whether two changes overlap, or stand at one place: which comes first would be a guess."""
    return other[0] < one[1] or other[0] == one[0]


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[_Hunk]:
    start = end = kept = 0
    for run in (*LCSseq.opcodes(before, after), None):
        if run is None or run.tag == "equal":
            upto = len(after) if run is None else run.dest_start
            if end > start or upto > kept:
                yield start, end, tuple(after[kept:upto])
            if run is not None:
                start = end = run.src_end
                kept = run.dest_end
        else:
            end = run.src_end
