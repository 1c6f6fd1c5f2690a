"""Is a cluster of one run the same as a cluster of another? Their members say: shared over all of both (Jaccard)."""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 0.3
"""Below it two clusters are not taken for one that has changed."""


@dataclass(frozen=True)
class Match:
    """The cluster found again: its key, how many members both have, and the Jaccard likeness of the two."""

    cluster: int
    shared: int
    jaccard: float


def likeness(shared: int, one: int, other: int) -> float:
    """The Jaccard likeness of sets of these sizes with so many members in common: from 0 to 1."""
    return shared / (one + other - shared) if shared else 0.0


def best_match(
    size: int, shared: Mapping[int, int], sizes: Mapping[int, int], *, least: float = LEAST
) -> Match | None:
    """The most alike of some clusters, or None when none is alike enough; of equals the one with the lower key.

    size: members of the cluster that is looked for; shared: how many of them each other cluster has; sizes: how many
    members each of these has.
    """
    found = [Match(key, count, likeness(count, size, sizes[key])) for key, count in shared.items()]
    best = min(found, key=lambda match: (-match.jaccard, match.cluster), default=None)
    return best if best is not None and best.jaccard >= least else None
