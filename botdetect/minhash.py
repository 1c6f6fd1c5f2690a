"""Sets that are nearly alike: words of texts, accounts that are followed."""

from collections.abc import Iterable, Sequence

import numpy as np
import scipy
from numpy.typing import NDArray

_PERMUTATIONS, _BAND = 64, 4
_PRIME = (1 << 31) - 1


def similar_groups(
    sets: Sequence[frozenset[str]], *, least: float = 0.8, most_share: float = 1.0
) -> NDArray[np.int32]:
    """The group of each set: sets whose Jaccard likeness is `least` or more, directly or through others, share one.

    MinHash (Broder 1997) with 16 bands of 4 proposes pairs, their true likeness decides. Items that more than
    `most_share` of the sets hold are left out first: what all follow says nothing. Serves texts and follow sets alike.
    """
    sets = _without_popular(sets, most_share) if most_share < 1 else sets
    signatures = _signatures(sets)
    pairs = _proposed(signatures)
    kept = [(a, b) for a, b in pairs if _likeness(sets[a], sets[b]) >= least]
    ends = np.array(kept, np.int64).reshape(-1, 2)
    graph = scipy.sparse.coo_array(
        (np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(sets), len(sets))
    )
    return np.asarray(scipy.sparse.csgraph.connected_components(graph.tocsr(), directed=False)[1], np.int32)


def _without_popular(sets: Sequence[frozenset[str]], most_share: float) -> list[frozenset[str]]:
    counts: dict[str, int] = {}
    for each in sets:
        for item in each:
            counts[item] = counts.get(item, 0) + 1
    most = max(2, most_share * len(sets))
    return [frozenset(item for item in each if counts[item] <= most) for each in sets]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _signatures(sets: Sequence[frozenset[str]]) -> NDArray[np.int64]:
    """The MinHash of each set; an empty set shares a signature with nothing."""
    codes: dict[str, int] = {}
    random = np.random.default_rng(1)
    times = random.integers(1, _PRIME, _PERMUTATIONS)
    plus = random.integers(0, _PRIME, _PERMUTATIONS)
    signatures = np.empty((len(sets), _PERMUTATIONS), np.int64)
    for place, items in enumerate(sets):
        if not items:
            signatures[place] = -1 - place
            continue
        numbers = np.array([codes.setdefault(item, len(codes) + 1) for item in sorted(items)], np.int64)
        signatures[place] = ((numbers[:, None] * times + plus) % _PRIME).min(axis=0)
    return signatures


def _proposed(signatures: NDArray[np.int64]) -> Iterable[tuple[int, int]]:
    """Neighbours in the buckets of each band: a chain through a bucket is enough, groups are joined anyway."""
    found: set[tuple[int, int]] = set()
    for start in range(0, _PERMUTATIONS, _BAND):
        band = np.ascontiguousarray(signatures[:, start : start + _BAND])
        order = np.lexsort(band.T)
        same = (band[order][1:] == band[order][:-1]).all(axis=1)
        found.update(zip(order[:-1][same].tolist(), order[1:][same].tolist(), strict=True))
    return sorted(found)
