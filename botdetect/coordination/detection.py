"""The whole way, from share events to a network with significance, cores and communities."""

import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botdetect.coordination import graph as graphs
from botdetect.coordination.edges import Candidates, Edges, joined, tallied
from botdetect.coordination.events import Events, Ints
from botdetect.coordination.null import (
    Expectation,
    Floats,
    chance_of_meeting,
    chance_of_objects,
    p_values,
    q_values,
    with_delays_exchanged,
)
from botdetect.coordination.pairs import Index

MEGABYTE = 1_000_000
# Measured with benchmarks/bots.py on two cores; an estimate says "about".
_SHARES_A_SECOND, _PAIRS_A_SECOND = 1_000_000, 900_000
_BYTES_A_SHARE, _BYTES_A_PAIR, _BASE_BYTES = 90, 16, 250 * MEGABYTE


@dataclass(frozen=True)
class Parameters:
    """What a run is made with; together with the input and the version it gives the same result again.

    window and fast: seconds. min_participation: shares that an account must have, first in all, then within the
    window of others'. min_objects: distinct objects an edge must stand on to be tested. fdr: the share of false edges
    accepted; 1 keeps all that was tested. core: the k of the k-core. most_pairs: an object with more is left out, and
    listed.
    """

    window: float = 60
    fast: float | None = None
    min_participation: int = 2
    min_objects: int = 2
    fdr: float = 0.01
    core: int = 3
    most_pairs: int = 20_000_000
    memory: int = 2_000 * MEGABYTE
    loops: bool = False
    shuffles: int = 1
    communities: str = "propagation"
    seed: int = 0


@dataclass(frozen=True)
class Estimate:
    """What a run would cost, known exactly for pairs before one is made; seconds and bytes are about."""

    shares: int
    accounts: int
    objects: int
    pairs: int
    capped: tuple[tuple[str, int, int], ...]
    seconds: float
    bytes: int


@dataclass(frozen=True)
class Network:
    """What was found: significant edges of the core, and the community of each account in it.

    edges, expected (lambda), p, q and fast (pairs of shares inside the fast window) run in parallel; so do accounts
    (codes), cluster and core. capped: (object, shares, pairs) of those left out. shuffled: significant edges on the
    same data with the moments exchanged, one number a draw, to stand beside `counts["significant"]`.
    """

    edges: Edges
    expected: Floats
    p: Floats
    q: Floats
    fast: Ints
    accounts: Ints
    cluster: Ints
    core: Ints
    counts: dict[str, int]
    capped: tuple[tuple[str, int, int], ...]
    shuffled: tuple[int, ...]
    chance: Floats
    seconds: dict[str, float] = field(default_factory=dict)


Say = Callable[[str], None]


def estimate(events: Events, parameters: Parameters) -> Estimate:
    """Count the pairs without making any, and say what making them would take."""
    index = Index.of(events, parameters.window)
    of_object = index.pairs_of_objects(index.reach(_ticks(parameters.window, events)))
    capped = _capped(events, index, of_object, parameters.most_pairs)
    pairs = int(of_object[of_object <= parameters.most_pairs].sum())
    draws = 1 + parameters.shuffles
    in_memory = min(pairs * _BYTES_A_PAIR, parameters.memory)
    return Estimate(
        shares=len(events),
        accounts=len(np.unique(events.account)),
        objects=len(index.ids),
        pairs=pairs,
        capped=capped,
        seconds=draws * (len(events) / _SHARES_A_SECOND + pairs / _PAIRS_A_SECOND),
        bytes=_BASE_BYTES + len(events) * _BYTES_A_SHARE + in_memory,
    )


def detect(
    events: Events,
    parameters: Parameters,
    *,
    say: Say = lambda _stage: None,
    folder: Path | None = None,
    control: Floats | None = None,
    scheduler: str = "",
) -> Network:
    """The coordination network of these events.

    say: told each stage as it begins; what it raises stops the run. folder: where pairs beyond the memory budget go.
    control: p0 by size class of a control collection (its `baseline`), when this one is mostly coordinated.
    scheduler: the address of a Dask scheduler whose workers make and test the edges; the result is the same. Raises
    OSError when it does not answer.
    """
    with _place(folder, control, scheduler) as place:
        return _detected(events, parameters, _Watch(say), place)


@dataclass(frozen=True)
class _Place:
    """Where the work is done: pairs beyond the memory in `folder`, or all on the workers of `client`."""

    folder: Path | None
    control: Floats | None
    client: Any = None


@contextmanager
def _place(folder: Path | None, control: Floats | None, scheduler: str) -> Iterator[_Place]:
    if not scheduler:
        yield _Place(folder, control)
        return
    from botdetect.coordination.distributed import connected

    with connected(scheduler) as client:
        yield _Place(folder, control, client)


def _detected(events: Events, parameters: Parameters, watch: "_Watch", place: _Place) -> Network:
    watch.begin("index")
    events = _taking_part(events, parameters.min_participation)
    index = Index.of(events, parameters.window)
    found = _tested(events, index, parameters, watch, place)
    significant = found.q <= parameters.fdr
    counts = found.counts | {"significant": int(significant.sum())}
    shuffled = _shuffled(events, index, parameters, watch, place)
    watch.begin("graph")
    edges, expected, p, q = _chosen(found, significant)
    core = _core_of(edges, len(events.accounts))
    kept = (core[edges.a] >= parameters.core) & (core[edges.b] >= parameters.core)
    edges, expected, p, q = edges.where(kept), expected[kept], p[kept], q[kept]
    accounts = np.unique(np.concatenate([edges.a, edges.b]))
    watch.begin("communities")
    cluster = _communities(edges, accounts, parameters)
    fast = _fast(events, index, edges, parameters, place.folder)
    watch.end()
    return Network(
        edges=edges,
        expected=expected,
        p=p,
        q=q,
        fast=fast,
        accounts=accounts,
        cluster=cluster,
        core=core[accounts],
        counts=counts,
        capped=found.capped,
        shuffled=shuffled,
        chance=found.chance,
        seconds=watch.seconds,
    )


def baseline(events: Events, parameters: Parameters) -> Floats:
    """How often people meet by chance in a control collection: p0 by size class, for `detect` on another."""
    events = _taking_part(events, parameters.min_participation)
    index = Index.of(events, parameters.window)
    reach = index.reach(_ticks(parameters.window, events))
    return chance_of_meeting(index.sizes(), index.pairs_of_objects(reach))


class _Watch:
    """Says each stage and keeps how long it took."""

    def __init__(self, say: Say) -> None:
        self._say, self._stage, self._since = say, "", clock.perf_counter()
        self.seconds: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        self.end()
        self._stage, self._since = stage, clock.perf_counter()
        self._say(stage)

    def end(self) -> None:
        if self._stage:
            before = self.seconds.get(self._stage, 0)
            self.seconds[self._stage] = round(before + clock.perf_counter() - self._since, 3)


@dataclass(frozen=True)
class _Tested:
    edges: Edges
    expected: Floats
    p: Floats
    q: Floats
    counts: dict[str, int]
    capped: tuple[tuple[str, int, int], ...]
    chance: Floats


def _ticks(seconds: float, events: Events) -> int:
    return int(seconds * events.ticks)


def _taking_part(events: Events, least: int) -> Events:
    """Without accounts that shared fewer than `least` times."""
    counts = np.bincount(events.account, minlength=len(events.accounts))
    chosen = counts[events.account] >= least
    return events if chosen.all() else events.where(chosen)


def _capped(
    events: Events, index: Index, of_object: NDArray[np.int64], most: int
) -> tuple[tuple[str, int, int], ...]:
    places = np.flatnonzero(of_object > most)
    places = places[np.argsort(-of_object[places], kind="stable")]
    names = events.object_names(index.ids[places])
    sizes, pairs = index.sizes()[places].tolist(), of_object[places].tolist()
    return tuple(zip(names, sizes, pairs, strict=True))


def _tested(events: Events, index: Index, parameters: Parameters, watch: _Watch, place: _Place) -> _Tested:
    """Make the edges, and test those that stand on enough objects."""
    watch.begin("pairs")
    if place.client is None:
        found = _candidates_here(events, index, parameters, watch, place.folder)
    else:
        found = _candidates_elsewhere(events, index, parameters, place.client)
    capped = _capped(events, index, found.of_object, parameters.most_pairs)
    counts = {"pairs": found.pairs, "edges": found.tested, "candidates": len(found.edges)}
    watch.begin("significance")
    chance = place.control
    if chance is None:
        chance = chance_of_meeting(index.sizes(), found.of_object)
    expected = _expected(events, found.edges, chance_of_objects(index, chance, len(events.objects)), place)
    p = p_values(found.edges.objects, expected)
    return _Tested(found.edges, expected, p, q_values(p, found.tested), counts, capped, chance)


def _candidates_here(
    events: Events, index: Index, parameters: Parameters, watch: _Watch, folder: Path | None
) -> Candidates:
    reach = index.reach(_ticks(parameters.window, events))
    of_object = index.pairs_of_objects(reach)
    index.leave_out(of_object > parameters.most_pairs, reach)
    pairs = int(reach.sum(dtype=np.int64))
    pieces: list[Edges] = []
    tested = 0
    with tallied(
        index,
        reach,
        accounts=len(events.accounts),
        loops=parameters.loops,
        memory=parameters.memory,
        folder=folder,
    ) as (tally, participation):
        del reach
        watch.begin("edges")
        least = participation.shares >= parameters.min_participation
        for edges in tally.edges():
            both = least[edges.a] & least[edges.b]
            tested += int(both.sum())
            pieces.append(edges.where(both & (edges.objects >= parameters.min_objects)))
            del edges, both
    return Candidates(joined(pieces), tested, pairs, of_object)


def _candidates_elsewhere(events: Events, index: Index, parameters: Parameters, client: Any) -> Candidates:
    from botdetect.coordination import distributed

    return distributed.candidates(
        client,
        index,
        ticks=_ticks(parameters.window, events),
        accounts=len(events.accounts),
        most_pairs=parameters.most_pairs,
        min_participation=parameters.min_participation,
        min_objects=parameters.min_objects,
        loops=parameters.loops,
    )


def _expected(events: Events, edges: Edges, chance: NDArray[np.float32], place: _Place) -> Floats:
    if place.client is None:
        return Expectation(events, chance).of(edges)
    from botdetect.coordination import distributed

    return distributed.expected(place.client, events, edges, chance)


def _shuffled(
    events: Events, index: Index, parameters: Parameters, watch: _Watch, place: _Place
) -> tuple[int, ...]:
    counts = []
    for draw in range(parameters.shuffles):
        random = np.random.default_rng([parameters.seed, draw])
        moved = with_delays_exchanged(events, index, random)
        watch.begin("shuffle")
        quiet = _Watch(lambda _stage: watch.begin("shuffle"))
        found = _tested(moved, Index.of(moved, parameters.window), parameters, quiet, place)
        counts.append(int((found.q <= parameters.fdr).sum()))
    return tuple(counts)


def _chosen(found: _Tested, chosen: NDArray[np.bool_]) -> tuple[Edges, Floats, Floats, Floats]:
    return found.edges.where(chosen), found.expected[chosen], found.p[chosen], found.q[chosen]


def _core_of(edges: Edges, accounts: int) -> Ints:
    present, local_a, local_b = _local(edges)
    core = np.zeros(accounts, np.int32)
    core[present] = graphs.core_numbers(
        graphs.Graph.of(local_a, local_b, np.ones(len(edges), np.int32), len(present))
    )
    return core


def _local(edges: Edges) -> tuple[Ints, Ints, Ints]:
    """The accounts of the edges, and the edges between their places."""
    present = np.unique(np.concatenate([edges.a, edges.b]))
    return (
        present,
        np.searchsorted(present, edges.a).astype(np.int32),
        np.searchsorted(present, edges.b).astype(np.int32),
    )


def _communities(edges: Edges, accounts: Ints, parameters: Parameters) -> Ints:
    _present, local_a, local_b = _local(edges)
    graph = graphs.Graph.of(local_a, local_b, edges.objects, len(accounts))
    return graphs.communities(graph, method=parameters.communities, seed=parameters.seed)


def _fast(events: Events, index: Index, edges: Edges, parameters: Parameters, folder: Path | None) -> Ints:
    """How many pairs of shares of each edge lie inside the fast window."""
    counts = np.zeros(len(edges), np.int32)
    if parameters.fast is None or not len(edges):
        return counts
    accounts = len(events.accounts)
    keys = edges.a.astype(np.int64) * accounts + edges.b
    reach = index.reach(_ticks(parameters.fast, events))
    index.leave_out(index.pairs_of_objects(reach) > parameters.most_pairs, reach)
    with tallied(index, reach, accounts=accounts, loops=False, memory=parameters.memory, folder=folder) as (
        tally,
        _participation,
    ):
        for piece in tally.edges():
            wanted = piece.a.astype(np.int64) * accounts + piece.b
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            hit = keys[at] == wanted
            counts[at[hit]] = piece.shares[hit]
    return counts
