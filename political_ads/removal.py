"""What went away between two looks at a library, each number under its own name, and how long ads last."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two complete snapshots compared, by identifiers of ads.

    Attributes:
        before: ads in the earlier snapshot.
        after: ads in the later one.
        added: in the later one only.
        removed: in the earlier one only.
        explained: of those removed, the ones that the library's announced retention accounts for.
        back_filled: of those added, the ones that ran already before the earlier snapshot.
        reclassified: of those removed and not explained, the ones that the crowd says are not political.
        confirmed: of those removed, the ones absent from two complete snapshots, 48 hours apart or more.
    """

    before: int
    after: int
    added: int
    removed: int
    explained: int = 0
    back_filled: int = 0
    reclassified: int = 0
    confirmed: int = 0

    def __post_init__(self) -> None:
        """Refuse figures that cannot be: they would tell a story that did not happen."""
        if self.before - self.removed + self.added != self.after:
            raise ValueError("before − removed + added is not after")
        if self.explained + self.reclassified > self.removed or self.back_filled > self.added:
            raise ValueError("a part is larger than its whole")

    @property
    def unexplained(self) -> int:
        """Removed, and not accounted for by retention."""
        return self.removed - self.explained

    @property
    def net(self) -> float:
        """Net shrinkage: by how much the library became smaller, in percent of `before`; negative when it grew."""
        return self._share(self.before - self.after)

    @property
    def gross(self) -> float:
        """Gross removal: how many ads of the earlier snapshot are gone, in percent of `before`."""
        return self._share(self.removed)

    @property
    def unexplained_share(self) -> float:
        """Unexplained removal, in percent of `before`."""
        return self._share(self.unexplained)

    @property
    def explained_share(self) -> float:
        """Removal that retention accounts for, in percent of `before`."""
        return self._share(self.explained)

    def _share(self, number: int) -> float:
        return round(100 * number / self.before, 2) if self.before else 0.0


STORY_OF_2019 = Comparison(before=13_550, after=9_288, added=695, removed=4_957, explained=4_542)
"""Facebook's French library on 20 and 27 May 2019. Published then as "31 % removed", which is the net figure; 4,542 of
the ads that were gone had stopped by 15 April 2019, a cut-off."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a survival curve: after `days`, this share (0 to 1) of ads was still there."""

    days: int
    share: float
    at_risk: int


def survival(lives: Iterable[tuple[int, bool]]) -> list[Step]:
    """How long ads stay in a library: the product-limit estimate of Kaplan and Meier (1958).

    Args:
        lives: for each ad (or number of ads) the days it was seen for, and whether it was then removed; those still
            there, or whose library was closed, are known to have lasted at least that long.

    Returns:
        The curve, starting at (0, 1), or lower where some were removed on their first day; a step at each age at
        which something was removed.
    """
    return survival_of_counts((days, was_removed, 1) for days, was_removed in lives)


def survival_of_counts(lives: Iterable[tuple[int, bool, int]]) -> list[Step]:
    """The same, of (days, was removed, how many)."""
    removed: dict[int, int] = {}
    ended: dict[int, int] = {}
    for days, was_removed, count in lives:
        ended[days] = ended.get(days, 0) + count
        removed[days] = removed.get(days, 0) + (count if was_removed else 0)
    at_risk, share = sum(ended.values()), 1.0
    steps = {0: Step(0, 1.0, at_risk)}
    for days in sorted(ended):
        if removed[days]:
            share *= 1 - removed[days] / at_risk
            steps[days] = Step(days, share, at_risk)
        at_risk -= ended[days]
    return list(steps.values())
