"""The ledger of commitments: evidence read from the lines of a field, the states a page went through."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from encyclopedia.document import Document

_SUPPORTS, _CONTRADICTS = "+", ("-", "\u2212", "\u2013")


@dataclass
class Evidence:
    """What was brought for a commitment, against it, and beside it: permalinks, or words where there is none."""

    supports: list[str] = field(default_factory=list)
    contradicts: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.supports or self.contradicts or self.mentions)


@dataclass(frozen=True)
class Change:
    """The commitment came to this state, by this revision."""

    state: str
    at: datetime
    revision: int


def evidence(document: Document) -> Evidence:
    """The evidence of a page, by what it says: a line begins with + or -, or with neither."""
    found = Evidence()
    lines = document.fields.get("evidence") or []
    for line in [lines] if isinstance(lines, str) else lines:
        sign, rest = line[:1], line[1:].strip()
        if sign == _SUPPORTS and rest:
            found.supports.append(rest)
        elif sign in _CONTRADICTS and rest:
            found.contradicts.append(rest)
        elif line.strip():
            found.mentions.append(line.strip())
    return found


def with_evidence(document: Document, *, address: str, sign: str) -> Document:
    """The page with one more line of evidence; as it is when it has that address already, with the same sign."""
    lines = document.fields.get("evidence") or []
    kept = [lines] if isinstance(lines, str) else list(lines)
    line = f"{sign} {address}"
    if line in kept:
        return document
    return replace(document, fields={**document.fields, "evidence": [*kept, line]})


def states(revisions: Iterable[tuple[Document, datetime, int]]) -> list[Change]:
    """Each state once, when it began, from revisions (text, when, key) the oldest first."""
    changes: list[Change] = []
    for document, at, key in revisions:
        state = str(document.fields.get("state") or "")
        if not changes or changes[-1].state != state:
            changes.append(Change(state, at, key))
    return [change for change in changes if change.state]
