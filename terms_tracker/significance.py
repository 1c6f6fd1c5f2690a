"""How much a change of terms may matter, as points whose reasons are shown. Pure.

It orders what a person reads; it decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2

from terms_tracker.changes import FOLDED, Change, ChangeClass

_BASE = {
    ChangeClass.DATES: 1.0,
    ChangeClass.LINKS: 1.0,
    ChangeClass.WORDING: 2.0,
    ChangeClass.SUBSTANCE: 10.0,
}
_CORE = ("terms of service", "privacy policy", "community guidelines", "advertising", "developer terms")


@dataclass(frozen=True, slots=True)
class Reason:
    """What counted, and for how many points."""

    code: str
    points: float


def reasons(change: Change, *, terms_type: str, topics: int) -> list[Reason]:
    """What counts for a change, the most weighty first; their sum is its significance.

    Args:
        change: what changed.
        terms_type: the type of its terms, as declared.
        topics: how many of the topics that are watched it speaks of.
    """
    found = [Reason("class", _BASE.get(change.kind, 0.0))]
    if change.kind not in FOLDED:
        found += [Reason(code, round(points(change), 1)) for code, points in _COUNTED.items()]
        found.append(Reason("topics", min(15.0, 5.0 * topics)))
        found.append(Reason("core_terms", 2.0 if terms_type.casefold().startswith(_CORE) else 0.0))
    return sorted((each for each in found if each.points), key=lambda each: -each.points)


def significance(found: list[Reason]) -> float:
    """The sum of the points."""
    return round(sum(each.points for each in found), 1)


_COUNTED: dict[str, Callable[[Change], float]] = {
    "whole_clauses": lambda change: min(15.0, 3 * log2(1 + len(change.added) + len(change.removed))),
    "reworded": lambda change: min(6.0, 1.5 * log2(1 + len(change.reworded))),
    "weighty_words": lambda change: min(6.0, 2.0 * len(change.weighty)),
    "numbers": lambda change: 4.0 if change.has_new_numbers else 0.0,
    "date_kept": lambda change: (
        4.0 if change.keeps_its_date and change.kind is ChangeClass.SUBSTANCE else 0.0
    ),
}
