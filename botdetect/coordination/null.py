"""Is an edge more than chance? Each account keeps what it shared; only the moments are left to chance.

For an object of n shares, p0 is the chance that two of its sharers fall inside the window of each other, estimated
over the objects of about that size. Two accounts that both shared some objects are then expected to meet lambda times,
the sum of p0 over these objects (1 - (1 - p0)^kl for one that they shared k and l times), and the number of meetings
is taken for Poisson. Benjamini and Hochberg (1995) bound the share of false edges among those kept.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

from botdetect.coordination.edges import Edges
from botdetect.coordination.events import Events, Ints, Longs
from botdetect.coordination.pairs import Index

Floats = NDArray[np.float64]

_SMALL_OBJECT = 4
_TRIMMED = 0.9
_BLOCK = 4_000_000
_LOOKUPS = 4_000_000


def size_classes(sizes: Longs) -> NDArray[np.int64]:
    """The class of each size: one a doubling."""
    return np.asarray(np.floor(np.log2(np.maximum(sizes, 1))), np.int64)


def chance_of_meeting(sizes: Longs, pairs: Longs) -> Floats:
    """p0 of each size class, from the size and the number of pairs inside the window of each object.

    The larger of the class's median and of its mean without the highest tenth, so that a few coordinated objects do
    not raise what counts as chance. Of an object of four shares or fewer one object says too little to be an outlier:
    there it is the plain mean. Never below one in the possible pairs of the class.
    """
    possible = sizes * (sizes - 1) / 2
    classes = size_classes(sizes)
    chance = np.ones(int(classes.max(initial=0)) + 1)
    for number in range(1, len(chance)):
        members = np.flatnonzero(classes == number)
        if not len(members):
            chance[number] = chance[number - 1]
            continue
        ratio = np.sort(pairs[members] / possible[members])
        floor = 1 / (possible[members].sum() + 1)
        is_small = 2**number <= _SMALL_OBJECT
        kept = ratio if is_small else ratio[: max(1, int(np.ceil(_TRIMMED * len(ratio))))]
        chance[number] = max(float(np.median(ratio)), float(kept.mean()), floor)
    return np.minimum(chance, 1.0)


def chance_of_objects(index: Index, by_class: Floats, objects: int) -> NDArray[np.float32]:
    """p0 of each of the objects (codes), from that of its size class."""
    of_object = np.zeros(objects, np.float32)
    classes = np.minimum(size_classes(index.sizes()), len(by_class) - 1)
    of_object[index.ids] = by_class[classes]
    return of_object


class Expectation:
    """How often two accounts would meet by chance: asked for many edges at a time."""

    def __init__(self, events: Events, chance: NDArray[np.float32]) -> None:
        """Take p0 of each object from `chance`."""
        self._of_object = chance
        # What each account shared, and how many times: sorted numbers account * objects + object.
        self._objects = len(events.objects)
        shared = events.account.astype(np.int64)
        shared *= self._objects
        shared += events.object
        shared.sort()
        places = np.flatnonzero(np.r_[True, shared[1:] != shared[:-1]][: len(shared)])
        self._times = np.diff(places, append=len(shared)).astype(np.int32)
        self._shared = shared[places]
        del shared, places
        accounts = np.arange(len(events.accounts) + 1, dtype=np.int64) * self._objects
        self._begins = np.searchsorted(self._shared, accounts)

    def of(self, edges: Edges) -> Floats:
        """Lambda of each edge: the sum of p0 over the objects that both accounts shared."""
        expected = np.empty(len(edges), np.float64)
        for begin in range(0, len(edges), _BLOCK):
            some = slice(begin, begin + _BLOCK)
            expected[some] = self._of_block(edges.a[some], edges.b[some])
        return expected

    def _of_block(self, a: Ints, b: Ints) -> Floats:
        """The objects of the account with fewer are looked up among those of the other, whose edges stand together."""
        degree = np.diff(self._begins)
        swap = degree[a] > degree[b]
        small, large = np.where(swap, b, a), np.where(swap, a, b)
        order = np.argsort(large, kind="stable")
        small, large = small[order], large[order]
        lookups = np.cumsum(degree[small])
        found = np.empty(len(order), np.float64)
        begin = 0
        while begin < len(order):
            done = lookups[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(lookups, done + _LOOKUPS, side="right")))
            found[begin:end] = self._of_some(small[begin:end], large[begin:end], degree)
            begin = end
        expected = np.empty(len(order), np.float64)
        expected[order] = found
        return expected

    def _of_some(self, small: Ints, large: Ints, degree: Longs) -> Floats:
        counts = degree[small]
        before = np.cumsum(counts) - counts
        places = np.arange(int(counts.sum()))
        places += np.repeat(self._begins[small] - before, counts)
        object_ = self._shared[places]
        object_ -= np.repeat(small.astype(np.int64) * self._objects, counts)
        wanted = np.repeat(large.astype(np.int64) * self._objects, counts)
        wanted += object_
        at = np.searchsorted(self._shared, wanted)
        at[at == len(self._shared)] = 0
        chance = np.where(self._shared[at] == wanted, self._of_object[object_], 0)
        # One who shared an object k times and one who did l times have k * l occasions to meet.
        occasions = self._times[places] * self._times[at]
        several = np.flatnonzero((occasions > 1) & (chance > 0))
        chance[several] = -np.expm1(occasions[several] * np.log1p(-np.minimum(chance[several], 1 - 1e-7)))
        return np.asarray(np.add.reduceat(chance, before), np.float64)


def p_values(met: NDArray[np.int32], expected: Floats) -> Floats:
    """The chance of `met` meetings or more when `expected` were to be expected (Poisson)."""
    return np.asarray(scipy.special.gammainc(np.maximum(met, 1), expected), np.float64)


def q_values(p: Floats, tested: int) -> Floats:
    """Benjamini–Hochberg: the false discovery rate at which each would be kept, of `tested` edges in all."""
    order = np.argsort(p, kind="stable")
    ranked = p[order]
    ranked *= tested
    ranked /= np.arange(1, len(p) + 1)
    np.minimum.accumulate(ranked[::-1], out=ranked[::-1])
    np.minimum(ranked, 1, out=ranked)
    q = np.empty(len(p))
    q[order] = ranked
    return q


def with_delays_exchanged(events: Events, index: Index, random: np.random.Generator) -> Events:
    """The same shares at other moments: delays since an object's first share change places among objects of a size.

    Who shared what stays; that two did it at the same time does not.
    """
    sizes = index.sizes()
    time = events.time[index.row]
    first = np.repeat(time[index.starts], sizes)
    delay = time - first
    classes = np.repeat(size_classes(sizes), sizes)
    later = np.ones(len(time), np.bool_)
    later[index.starts] = False
    for number in np.unique(classes):
        places = np.flatnonzero((classes == number) & later)
        delay[places] = delay[random.permutation(places)]
    moved = np.empty_like(time)
    moved[index.row] = first + delay
    return Events(
        events.object,
        events.account,
        events.content,
        moved,
        events.objects,
        events.accounts,
        None,
        events.ticks,
    )
