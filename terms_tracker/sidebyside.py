"""Two terms beside each other, sentence by sentence: of two services, countries or languages. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from rapidfuzz import fuzz, process

from terms_tracker.clauses import Clause, clauses, words

_ALIKE = 60.0  # of 100: from which two sentences are one, reworded
_SHORT = 3  # words: shorter pieces are alike by chance
_MOST_PAIRED = 1_500  # sentences a side that are compared with each other; the rest stands alone
_FEWEST_IN_COMMON = 0.02  # share of sentences below which the two are set beside each other by section


class Kind(StrEnum):
    """How a sentence stands in both."""

    SAME = "same"
    REWORDED = "reworded"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence of the left, of the right, or of both."""

    kind: Kind
    left: str
    right: str
    section: str


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    text: str


@dataclass(frozen=True)
class SideBySide:
    """The rows in the order of the left, what only the right says where it says it; and by section."""

    rows: tuple[Row, ...]
    sections: tuple[tuple[Section | None, Section | None], ...]

    def count(self, kind: Kind) -> int:
        """How many rows are of this kind."""
        return sum(row.kind is kind for row in self.rows)

    @property
    def has_little_in_common(self) -> bool:
        """Whether so few sentences are alike that the two are likely in two languages, or of two kinds."""
        shared = self.count(Kind.SAME) + self.count(Kind.REWORDED)
        return shared <= _FEWEST_IN_COMMON * len(self.rows)


def side_by_side(left: str, right: str) -> SideBySide:
    """Set two Markdown texts beside each other."""
    ours, theirs = list(clauses(left)), list(clauses(right))
    partner = _same(ours, theirs)
    reworded = _reworded(ours, theirs, partner)
    rows = _rows(ours, theirs, partner | reworded, set(reworded))
    return SideBySide(tuple(rows), tuple(zip_longest(_sections(ours), _sections(theirs))))


def _key(clause: Clause) -> str:
    return " ".join(words(clause.text))


def _same(ours: Sequence[Clause], theirs: Sequence[Clause]) -> dict[int, int]:
    """Which sentence of ours is, word for word, which of theirs."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, clause in enumerate(theirs):
        places[_key(clause)].append(at)
    found = {}
    for at, clause in enumerate(ours):
        if waiting := places[_key(clause)]:
            found[at] = waiting.pop(0)
    return found


def _reworded(ours: Sequence[Clause], theirs: Sequence[Clause], partner: dict[int, int]) -> dict[int, int]:
    """Which of the rest are alike, the most alike first."""
    taken = set(partner.values())
    left = _waiting(ours, set(partner))
    right = _waiting(theirs, taken)
    if not left or not right:
        return {}
    likeness = process.cdist(
        [_key(ours[at]) for at in left],
        [_key(theirs[at]) for at in right],
        scorer=fuzz.ratio,
        score_cutoff=_ALIKE,
    )
    found: dict[int, int] = {}
    used: set[int] = set()
    pairs = sorted(zip(*likeness.nonzero(), strict=True), key=lambda pair: (-likeness[pair], pair))
    for i, j in pairs:
        if left[i] not in found and right[j] not in used:
            found[left[i]] = right[j]
            used.add(right[j])
    return found


def _waiting(found: Sequence[Clause], taken: set[int]) -> list[int]:
    waiting = [at for at in range(len(found)) if at not in taken and len(words(found[at].text)) >= _SHORT]
    return waiting[:_MOST_PAIRED]


def _rows(
    ours: Sequence[Clause], theirs: Sequence[Clause], partner: dict[int, int], reworded: set[int]
) -> list[Row]:
    rows: list[Row] = []
    alone = [at for at in range(len(theirs)) if at not in set(partner.values())]
    for at, clause in enumerate(ours):
        if at not in partner:
            rows.append(Row(Kind.LEFT, clause.text, "", clause.section))
            continue
        while alone and alone[0] < partner[at]:
            rows.append(_only_right(theirs[alone.pop(0)]))
        kind = Kind.REWORDED if at in reworded else Kind.SAME
        rows.append(Row(kind, clause.text, theirs[partner[at]].text, clause.section))
    return rows + [_only_right(theirs[at]) for at in alone]


def _only_right(clause: Clause) -> Row:
    return Row(Kind.RIGHT, "", clause.text, clause.section)


def _sections(found: Sequence[Clause]) -> list[Section]:
    texts: dict[str, list[str]] = {}
    for clause in found:
        said = texts.setdefault(clause.section, [])
        if clause.text != clause.section:
            said.append(clause.text)
    return [Section(title, " ".join(said)) for title, said in texts.items()]
