"""From pairs of shares to edges between accounts, in memory or, beyond a budget, through files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from botdetect.coordination.events import Ints, Longs
from botdetect.coordination.pairs import Index, Pairs, expand

_BYTES_A_KEY = 8
# Sorting and counting a part takes about four times its keys, beside what is already found.
_SHARE_OF_BUDGET = 8


@dataclass(frozen=True)
class Edges:
    """Edges a < b (codes of accounts), with what they stand on.

    shares: pairs of shares inside the window; objects: distinct objects among them.
    """

    a: Ints
    b: Ints
    shares: Ints
    objects: Ints

    def __len__(self) -> int:
        return len(self.a)

    def where(self, chosen: NDArray[np.bool_] | slice) -> "Edges":
        """Those for which `chosen` is true, or of a slice."""
        return Edges(self.a[chosen], self.b[chosen], self.shares[chosen], self.objects[chosen])


@dataclass(frozen=True)
class Candidates:
    """The edges that stand on enough objects, how many there were in all, and the pairs: in all, and of each object."""

    edges: Edges
    tested: int
    pairs: int
    of_object: Longs


def joined(pieces: list[Edges]) -> Edges:
    """One list of sorted pieces, which are emptied column by column on the way."""
    if len(pieces) == 1:
        return pieces[0]
    columns = {name: [getattr(piece, name) for piece in pieces] for name in ("a", "b", "shares", "objects")}
    pieces.clear()
    return Edges(**{name: np.concatenate(columns.pop(name)) for name in list(columns)})


@dataclass
class Tally:
    """Counts keys of pairs of accounts; keeps at most `memory` bytes of them, the rest in `folder`.

    activity: how often each account is in a pair, which tells where to cut the keys into parts of about equal size.
    A key is a * accounts + b. It is added once an object, and to `again` for each further pair of shares of it.
    """

    accounts: int
    expected: int
    memory: int
    folder: Path
    activity: NDArray[np.float64]
    _kept: list[list[Longs]] = field(default_factory=list)
    _again: list[list[Longs]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = max(1, -(-self.expected * _BYTES_A_KEY * _SHARE_OF_BUDGET // self.memory))
        self._ends = cuts(self.activity, self.parts, self.accounts)
        self._kept = [[] for _ in range(self.parts)]
        self._again = [[] for _ in range(self.parts)]

    def add(self, keys: Longs, again: Longs) -> None:
        """Count these: in memory when all will fit, otherwise at the end of a file a part."""
        for name, values in (("keys", keys), ("again", again)):
            if self.parts == 1:
                (self._kept if name == "keys" else self._again)[0].append(values)
                continue
            values.sort()
            bounds = np.r_[0, np.searchsorted(values, self._ends), len(values)]
            for number in range(self.parts):
                with (self.folder / f"{name}-{number}").open("ab") as file:
                    values[bounds[number] : bounds[number + 1]].tofile(file)

    def edges(self) -> Iterator[Edges]:
        """The edges, sorted by key, a part at a time."""
        for number in range(self.parts):
            yield counted(self._take("keys", number), self._take("again", number), self.accounts)

    def _take(self, name: str, number: int) -> Longs:
        if self.parts > 1:
            path = self.folder / f"{name}-{number}"
            values = np.fromfile(path, np.int64) if path.exists() else np.zeros(0, np.int64)
            path.unlink(missing_ok=True)
            return values
        pieces = self._kept if name == "keys" else self._again
        values = pieces[0][0] if len(pieces[0]) == 1 else np.concatenate([np.zeros(0, np.int64), *pieces[0]])
        pieces[0].clear()
        return values


def cuts(activity: NDArray[np.float64], parts: int, accounts: int) -> Longs:
    """Where to cut the keys into parts of about equal size; activity: how often each account is in a pair, about."""
    # The lower of two accounts drawn by activity is at most m with chance 1 - (1 - F(m))²: parts of equal chance.
    below = 1 - np.sqrt(1 - np.arange(1, parts) / parts)
    share = np.cumsum(activity) / max(1.0, float(activity.sum()))
    return np.searchsorted(share, below).astype(np.int64) * accounts


def counted(keys: Longs, again: Longs, accounts: int) -> Edges:
    """The edges behind these keys, in their order: a key once an object, and in `again` for each further pair."""
    keys.sort()
    again.sort()
    places = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    objects = _lengths(places, len(keys))
    keys = keys[places]
    del places
    shares = objects.copy()
    np.add.at(shares, np.searchsorted(keys, again), 1)
    a, b = (keys // accounts).astype(np.int32), (keys % accounts).astype(np.int32)
    return Edges(a, b, shares, objects)


@dataclass(frozen=True)
class Participation:
    """How many shares of each account lie within the window of another account's."""

    shares: Ints


@contextmanager
def tallied(
    index: Index, reach: Ints, *, accounts: int, loops: bool, memory: int, folder: Path | None = None
) -> Iterator[tuple[Tally, Participation]]:
    """Expand the pairs and count them; the tally's files are gone with the block.

    accounts: how many codes of accounts there are. loops: keep pairs of an account with itself.
    """
    expected = int(reach.sum(dtype=np.int64))
    with TemporaryDirectory(prefix="coordination-", dir=folder) as name:
        activity = np.bincount(index.account, reach, accounts).astype(np.float64)
        tally = Tally(accounts, expected, memory, Path(name), activity)
        took_part = np.zeros(len(index.account), np.bool_)
        for first, again in key_pieces(index, reach, accounts, took_part, loops=loops):
            tally.add(first, again)
        participation = Participation(
            np.bincount(index.account[took_part], minlength=accounts).astype(np.int32)
        )
        del reach, took_part
        yield tally, participation


def key_pieces(
    index: Index, reach: Ints, accounts: int, took_part: NDArray[np.bool_], *, loops: bool
) -> Iterator[tuple[Longs, Longs]]:
    """The keys of the pairs, a few million at a time: once an object, and again for each further pair of its shares.

    took_part: set for the shares that are in a pair. A key is a * accounts + b.
    """
    # An object's number, a and b go into one number of 63 bits; a piece holds as many objects as leave room for it.
    square = accounts * accounts
    for pairs in expand(index, reach, most_objects=max(1, 2**63 // max(1, square) - 1)):
        keys = _keys(index, pairs, accounts, took_part, loops=loops)
        del pairs
        keys.sort()
        is_first = np.r_[True, keys[1:] != keys[:-1]][: len(keys)]
        keys %= square
        yield keys[is_first], keys[~is_first]


def _lengths(starts: Longs, end: int) -> Ints:
    """How long each stretch is, from its start to the next."""
    return np.asarray(np.subtract(np.append(starts[1:], end), starts, dtype=np.int32, casting="unsafe"))


def _keys(index: Index, pairs: Pairs, accounts: int, took_part: NDArray[np.bool_], *, loops: bool) -> Longs:
    """(object * accounts + a) * accounts + b of each pair, unsorted; marks the shares that took part."""
    earlier, later, object_ = pairs.earlier, pairs.later, pairs.object
    if not loops:
        others = index.account[earlier] != index.account[later]
        if not others.all():
            earlier, later, object_ = earlier[others], later[others], object_[others]
    took_part[earlier] = True
    took_part[later] = True
    a, b = index.account[earlier], index.account[later]
    keys = object_.astype(np.int64)
    keys *= accounts
    keys += np.minimum(a, b)
    keys *= accounts
    keys += np.maximum(a, b)
    return keys
