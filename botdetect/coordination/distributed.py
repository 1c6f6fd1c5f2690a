"""The same kernels on several machines, by Dask distributed (the extra disinfo[cluster]).

Shares go out in slices of whole objects; each worker makes their pairs and cuts them by account; each part of the
accounts is then counted on one worker, and what chance gives is reckoned there too. The edges are those of one process,
byte for byte: they are whole numbers in a fixed order, and each lambda is summed from its own objects alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from botdetect.coordination.edges import Candidates, Edges, counted, cuts, joined, key_pieces
from botdetect.coordination.events import Events, Ints, Longs
from botdetect.coordination.null import Expectation, Floats
from botdetect.coordination.pairs import Index

_SHARES_A_SLICE = 2_000_000
_SLICES_A_WORKER = 2
_PATIENCE = "15s"


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler at this address.

    Raises OSError when nobody answers there, ModuleNotFoundError without the extra.
    """
    from distributed import Client

    # Without types of its own.
    with Client(address, timeout=_PATIENCE, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        yield client


@dataclass(frozen=True)
class _Expanded:
    """A slice's pairs: how many each object has, the shares of each account that took part, keys by part."""

    of_object: Longs
    pairs: int
    participation: Ints
    keys: list[Longs]
    again: list[Longs]


def candidates(
    client: Any,
    index: Index,
    *,
    ticks: int,
    accounts: int,
    most_pairs: int,
    min_participation: int,
    min_objects: int,
    loops: bool,
) -> Candidates:
    """The edges between accounts that took part often enough, on enough objects; arguments as in `detect`."""
    slices = _slices(index, max(1, _SLICES_A_WORKER * len(client.nthreads())))
    activity = np.bincount(index.account, minlength=accounts).astype(np.float64)
    ends = cuts(activity, len(slices), accounts)
    options = {"ticks": ticks, "accounts": accounts, "most_pairs": most_pairs, "loops": loops, "ends": ends}
    # Straight to the workers: what is submitted goes through the scheduler.
    sent = client.scatter(slices, hash=False)
    expanded = [client.submit(_expand, each, pure=False, **options) for each in sent]
    del sent
    facts = client.gather([client.submit(_facts, each, pure=False) for each in expanded])
    participation = client.submit(
        _summed, [client.submit(_participation, each, pure=False) for each in expanded]
    )
    parts = [
        client.submit(
            _reduced,
            [client.submit(_piece, each, number, pure=False) for each in expanded],
            participation,
            accounts=accounts,
            least=min_participation,
            min_objects=min_objects,
            pure=False,
        )
        for number in range(len(slices))
    ]
    found = client.gather(parts)
    edges = joined([part for _tested, part in found])
    return Candidates(
        edges,
        sum(tested for tested, _part in found),
        sum(pairs for _of_object, pairs in facts),
        np.concatenate([np.zeros(0, np.int64), *(of_object for of_object, _pairs in facts)]),
    )


def expected(client: Any, events: Events, edges: Edges, chance: NDArray[np.float32]) -> Floats:
    """Lambda of each edge, from the shares of the accounts at its ends; chance: p0 of each object."""
    parts = max(1, _SLICES_A_WORKER * len(client.nthreads()))
    bounds = np.linspace(0, len(edges), parts + 1).astype(np.int64)
    everywhere = client.scatter(chance, broadcast=True, hash=False)
    futures = []
    for begin, end in pairwise(bounds.tolist()):
        if end > begin:
            some = edges.where(np.s_[begin:end])
            work = client.scatter((some, _of_ends(events, some)), hash=False)
            futures.append(client.submit(_expected, *work, everywhere, pure=False))
    return np.concatenate([np.zeros(0), *client.gather(futures)])


def _slices(index: Index, workers: int) -> list[Index]:
    """The index cut between objects into slices of about equal numbers of shares."""
    count = max(workers, -(-len(index.line) // _SHARES_A_SLICE))
    wanted = np.linspace(0, len(index.line), count + 1)[1:-1]
    places = np.unique(np.r_[0, np.searchsorted(index.starts, wanted), len(index.starts)])
    begins = np.append(index.starts, len(index.line))
    found = []
    for first, last in pairwise(places.tolist()):
        begin, end = int(begins[first]), int(begins[last])
        found.append(
            Index(
                index.line[begin:end],
                index.account[begin:end],
                np.zeros(0, np.int32),
                index.starts[first:last] - begin,
                index.ids[first:last],
            )
        )
    return found


def _expand(
    index: Index, *, ticks: int, accounts: int, most_pairs: int, loops: bool, ends: Longs
) -> _Expanded:
    reach = index.reach(ticks)
    of_object = index.pairs_of_objects(reach)
    index.leave_out(of_object > most_pairs, reach)
    took_part = np.zeros(len(index.account), np.bool_)
    keys: list[list[Longs]] = [[] for _ in range(len(ends) + 1)]
    again: list[list[Longs]] = [[] for _ in range(len(ends) + 1)]
    for first, further in key_pieces(index, reach, accounts, took_part, loops=loops):
        for parts, values in ((keys, first), (again, further)):
            values.sort()
            for part, piece in zip(parts, np.split(values, np.searchsorted(values, ends)), strict=True):
                part.append(piece)
    participation = np.bincount(index.account[took_part], minlength=accounts).astype(np.int32)
    pairs = int(reach.sum(dtype=np.int64))
    return _Expanded(
        of_object, pairs, participation, [_flat(part) for part in keys], [_flat(part) for part in again]
    )


def _flat(pieces: list[Longs]) -> Longs:
    return np.concatenate([np.zeros(0, np.int64), *pieces])


def _facts(expanded: _Expanded) -> tuple[Longs, int]:
    return expanded.of_object, expanded.pairs


def _participation(expanded: _Expanded) -> Ints:
    return expanded.participation


def _piece(expanded: _Expanded, number: int) -> tuple[Longs, Longs]:
    return expanded.keys[number], expanded.again[number]


def _summed(counts: list[Ints]) -> Ints:
    return np.asarray(np.sum(counts, axis=0), np.int32)


def _reduced(
    pieces: list[tuple[Longs, Longs]], participation: Ints, *, accounts: int, least: int, min_objects: int
) -> tuple[int, Edges]:
    edges = counted(
        _flat([keys for keys, _again in pieces]), _flat([again for _keys, again in pieces]), accounts
    )
    often = participation >= least
    both = often[edges.a] & often[edges.b]
    return int(both.sum()), edges.where(both & (edges.objects >= min_objects))


def _of_ends(events: Events, edges: Edges) -> Events:
    """The shares of the accounts of these edges, without the names."""
    wanted = np.zeros(len(events.accounts), np.bool_)
    wanted[edges.a] = True
    wanted[edges.b] = True
    return replace(
        events.where(wanted[events.account]),
        time=np.zeros(0, np.int64),
        content=None,
        objects=pa.nulls(len(events.objects)),
        accounts=pa.nulls(len(events.accounts)),
    )


def _expected(edges: Edges, events: Events, chance: NDArray[np.float32]) -> Floats:
    return Expectation(events, chance).of(edges)
