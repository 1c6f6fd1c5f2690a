"""Profiles that look alike: a map of all, groups inside a burst, bursts of creation dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_FOR_GROUPS = 20_000
"""HDBSCAN's time grows as n to the power 1.6: it is asked about a burst or a cluster, never about all accounts."""
_BIN_SECONDS = 600
# In quartile widths: whole days and counts lie on a grid, whose every step would otherwise be a group.
_ONE_GROUP = 1.0
_FAR = 3.0


@dataclass(frozen=True)
class Burst:
    """More accounts of one shape created within a few minutes than chance gives.

    shape: the pattern of their names; start: seconds since 1970; count and expected; p: after Bonferroni's correction.
    """

    shape: str
    start: int
    count: int
    expected: float
    p: float


def filled(matrix: Floats) -> Floats:
    """The matrix on comparable scales: logarithms, medians in place of unknown values, scaled by quartiles."""
    from sklearn.preprocessing import RobustScaler  # slow to load: no start waits for it

    finite = np.where(np.isfinite(matrix), matrix, np.nan)
    logs = np.sign(finite) * np.log1p(np.abs(finite))
    known = ~np.isnan(logs).all(axis=0)
    medians = np.zeros(matrix.shape[1])
    medians[known] = np.nanmedian(logs[:, known], axis=0)
    return cast("Floats", RobustScaler().fit_transform(np.where(np.isnan(logs), medians, logs)))


def profile_map(matrix: Floats, *, groups: int = 64, seed: int = 0) -> Ints:
    """The place of each profile on a map of `groups` kinds (MiniBatchKMeans): to look around, not to accuse."""
    from sklearn.cluster import MiniBatchKMeans  # as above

    groups = min(groups, len(matrix))
    found = MiniBatchKMeans(groups, random_state=seed, batch_size=4096, n_init=3).fit_predict(filled(matrix))
    return np.asarray(found, np.int64)


def groups_inside(matrix: Floats, *, least: int = 5) -> Ints:
    """The group of each profile of a burst or cluster (HDBSCAN), -1 for none.

    Raises ValueError beyond MOST_FOR_GROUPS.
    """
    from sklearn.cluster import HDBSCAN  # as above

    if len(matrix) > MOST_FOR_GROUPS:
        raise ValueError(f"{len(matrix)} profiles: {MOST_FOR_GROUPS} at most, choose a burst or a cluster")
    if len(matrix) < 2 * least:
        return np.full(len(matrix), -1, np.int64)
    scaled = filled(matrix)
    labels = np.asarray(
        HDBSCAN(min_cluster_size=least, allow_single_cluster=True, copy=True).fit_predict(scaled), np.int64
    )
    return _joined(scaled, labels)


def _joined(scaled: Floats, labels: Ints) -> Ints:
    """Groups whose middles lie close, directly or through others, made one."""
    count = int(labels.max()) + 1
    if count < 2:
        return labels
    middles = np.array([np.median(scaled[labels == label], axis=0) for label in range(count)])
    apart = np.linalg.norm(middles[:, None] - middles[None, :], axis=2)
    one = scipy.sparse.csgraph.connected_components(apart < _ONE_GROUP, directed=False)[1]
    return np.where(labels < 0, -1, one[labels])


def creation_bursts(created: Sequence[float], shapes: Sequence[str], *, level: float = 0.01) -> list[Burst]:
    """Bins of ten minutes in which more accounts of one shape were created than its own rate that day explains.

    created: seconds since 1970, NaN where unknown. The expected number is the larger of the shape's mean a bin over the
    whole span and over the day around without this bin; tested as Poisson, corrected for every bin (Bonferroni).
    """
    moments = np.asarray(created, np.float64)
    known = np.isfinite(moments)
    bins = (moments[known] // _BIN_SECONDS).astype(np.int64)
    names, shape = np.unique(np.asarray(shapes, object)[known].astype(str), return_inverse=True)
    if not len(bins):
        return []
    span = int(bins.max() - bins.min()) + 1
    width = span + 1
    keys, counts = np.unique(shape * width + (bins - bins.min()), return_counts=True)
    of_shape, bin_ = keys // width, keys % width
    overall = np.bincount(shape, minlength=len(names)) / span
    day = _around(of_shape, bin_, counts)
    expected = np.maximum(overall[of_shape], day)
    p = np.minimum(1.0, scipy.stats.poisson.sf(counts - 1, expected) * span * len(names))
    return [
        Burst(
            str(names[of_shape[at]]),
            int((bin_[at] + bins.min()) * _BIN_SECONDS),
            int(counts[at]),
            float(expected[at]),
            float(p[at]),
        )
        for at in np.flatnonzero((p <= level) & (counts > 2))
    ]


def _around(shape: Ints, bin_: Ints, counts: Ints) -> Floats:
    """The mean of the same shape over the other bins of the day before and after, the next two aside."""
    half = 24 * 3600 // _BIN_SECONDS // 2
    line = shape * (int(bin_.max()) + 2 * half + 2) + bin_
    total = np.r_[0, np.cumsum(counts)]

    def between(low: Ints, high: Ints) -> Ints:
        return np.asarray(total[np.searchsorted(line, high, "right")] - total[np.searchsorted(line, low)])

    others = between(line - half, line + half) - between(line - 2, line + 2)
    return np.asarray(others / (2 * half - 4), np.float64)


def centres(matrix: Floats, labels: Ints) -> Floats:
    """Where each group lies on a plane: its mean in the two directions in which the profiles differ most, in -1 … 1."""
    # A few profiles far from all others would push the rest into one point.
    scaled = np.clip(filled(matrix), -_FAR, _FAR)
    count = int(labels.max(initial=-1)) + 1
    sizes = np.maximum(np.bincount(labels, minlength=count), 1)
    means = np.column_stack([np.bincount(labels, column, count) for column in scaled.T]) / sizes[:, None]
    middle = means - np.average(means, axis=0, weights=sizes)
    _left, _strength, axes = np.linalg.svd(middle * np.sqrt(sizes)[:, None], full_matrices=False)
    plane = np.zeros((count, 2))
    plane[:, : min(2, len(axes))] = middle @ axes[:2].T
    # Axes have no sign of their own: the same profiles must give the same drawing.
    plane *= np.where(plane[np.abs(plane).argmax(axis=0), [0, 1]] < 0, -1, 1)
    return np.asarray(plane / np.maximum(np.abs(plane).max(axis=0), 1e-9))
