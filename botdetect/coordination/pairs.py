"""Which shares of one object lie within the window of each other: sorted search, never all pairs of an object."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from botdetect.coordination.events import Events, Ints, Longs

_CHUNK_PAIRS = 8_000_000
_LONGEST_LINE = 2**62


@dataclass(frozen=True)
class Index:
    """Shares sorted by object, then time.

    line: one number a share: the objects follow each other on a single line, each further than a window from the
    next, so that one search finds the shares of the same object inside the window. row: where each share stood in
    the events. starts: the first share of each object present; ids: the code of that object.
    """

    line: Longs
    account: Ints
    row: Ints
    starts: Longs
    ids: Ints

    @classmethod
    def of(cls, events: Events, widest: float) -> "Index":
        """Sort the events for windows of `widest` seconds at most. Raises ValueError for a span beyond 63 bits."""
        sizes = np.bincount(events.object, minlength=len(events.objects))
        first = np.full(len(sizes), np.iinfo(np.int64).max)
        last = np.full(len(sizes), np.iinfo(np.int64).min)
        np.minimum.at(first, events.object, events.time)
        np.maximum.at(last, events.object, events.time)
        ids = np.flatnonzero(sizes).astype(np.int32)
        room = np.zeros(len(sizes), np.int64)
        room[ids] = last[ids] - first[ids] + int(widest * events.ticks) + 1
        if float(room.astype(np.float64).sum()) > _LONGEST_LINE:
            raise ValueError("the times span too long for this many objects: round them to whole seconds")
        first[sizes == 0] = 0
        line = events.time + (np.cumsum(room) - room - first)[events.object]
        order = np.argsort(line, kind="stable").astype(np.int32)
        starts = (np.cumsum(sizes) - sizes)[ids]
        return cls(line[order], events.account[order], order, starts, ids)

    def reach(self, ticks: int) -> Ints:
        """For each share, how many later shares of its object lie within `ticks`."""
        reach = np.empty(len(self.line), np.int32)
        for begin in range(0, len(self.line), _CHUNK_PAIRS):
            some = slice(begin, begin + _CHUNK_PAIRS)
            found = np.searchsorted(self.line, self.line[some] + ticks, side="right")
            reach[some] = found - np.arange(begin + 1, begin + 1 + len(found))
        return reach

    def pairs_of_objects(self, reach: Ints) -> Longs:
        """How many pairs each object has; exact, and known before any pair is made."""
        if not len(self.starts):
            return np.zeros(0, np.int64)
        return np.add.reduceat(reach, self.starts, dtype=np.int64)

    def sizes(self) -> Longs:
        """How many shares each object has."""
        return np.diff(self.starts, append=len(self.line))

    def leave_out(self, capped: NDArray[np.bool_], reach: Ints) -> None:
        """Leave nothing of the capped objects (a mask over `ids`) in the reach."""
        sizes = self.sizes()
        for place in np.flatnonzero(capped):
            reach[self.starts[place] : self.starts[place] + sizes[place]] = 0


@dataclass(frozen=True)
class Pairs:
    """Pairs of shares: places in the index of the earlier and the later, and their object's number in this piece."""

    earlier: Ints
    later: Ints
    object: Ints


def expand(index: Index, reach: Ints, *, most_objects: int = 2**31) -> Iterator[Pairs]:
    """Make the pairs, a few million at a time; an object is never cut in two.

    most_objects: how many objects a piece may hold.
    """
    of_object = index.pairs_of_objects(reach)
    used = np.flatnonzero(of_object)
    sizes = index.sizes()
    total = np.cumsum(of_object[used])
    begin = 0
    while begin < len(used):
        done = total[begin - 1] if begin else 0
        end = int(np.searchsorted(total, done + _CHUNK_PAIRS, side="right"))
        end = min(max(end, begin + 1), begin + most_objects)
        objects = used[begin:end]
        yield _pairs_of(index.starts[objects], sizes[objects], of_object[objects], reach)
        begin = end


def _pairs_of(starts: Longs, sizes: Longs, counts: Longs, reach: Ints) -> Pairs:
    rows = _ranges(starts, sizes)
    reached = reach[rows]
    earlier = np.repeat(rows, reached)
    later = _ranges(rows + np.int32(1), reached)
    return Pairs(earlier, later, np.repeat(np.arange(len(starts), dtype=np.int32), counts))


def _ranges(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Ints:
    """The numbers start, start + 1, … of each range, one range after another."""
    before = np.cumsum(lengths, dtype=np.int64) - lengths
    places = np.arange(int(lengths.sum()), dtype=np.int32)
    return places + np.repeat((starts - before).astype(np.int32), lengths)
