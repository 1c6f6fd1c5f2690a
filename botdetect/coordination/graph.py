"""Cores, components and communities of a network, in numpy."""

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import scipy
from numpy.typing import NDArray

from botdetect.coordination.events import Ints, Longs

_BLOCKS = 4
_MOST_ROUNDS = 60
_DRAWS, _FEW_ENDS = 5, 2_000_000


@dataclass(frozen=True)
class Graph:
    """An undirected weighted graph: for each node, its neighbours and the weights of the edges to them."""

    starts: Longs
    neighbours: Ints
    weights: Ints

    @classmethod
    def of(cls, a: Ints, b: Ints, weights: Ints, nodes: int) -> "Graph":
        """The graph of these edges between nodes 0 … nodes - 1."""
        half = scipy.sparse.csr_array((weights, (a, b)), shape=(nodes, nodes))
        whole = (half + half.T).tocsr()
        whole.sort_indices()
        return cls(whole.indptr.astype(np.int64), whole.indices.astype(np.int32), whole.data.astype(np.int32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def places(self, nodes: Longs) -> Longs:
        """Where the neighbours of these nodes stand, node after node."""
        counts = self.starts[nodes + 1] - self.starts[nodes]
        before = np.cumsum(counts) - counts
        return np.asarray(np.arange(int(counts.sum())) + np.repeat(self.starts[nodes] - before, counts))


def core_numbers(graph: Graph) -> Ints:
    """The core number of each node: the largest k such that it belongs to the k-core (Seidman 1983)."""
    degree = np.diff(graph.starts)
    core = np.zeros(len(graph), np.int32)
    alive = np.ones(len(graph), np.bool_)
    k = 0
    while alive.any():
        k = max(k, int(degree[alive].min()))
        leaving = np.flatnonzero(alive & (degree <= k))
        while len(leaving):
            core[leaving], alive[leaving] = k, False
            touched = graph.neighbours[graph.places(leaving)]
            touched, lost = np.unique(touched[alive[touched]], return_counts=True)
            degree[touched] -= lost
            leaving = touched[degree[touched] <= k].astype(np.int64)
    return core


def components(graph: Graph) -> Ints:
    """The connected component of each node, numbered in the order of their first nodes."""
    matrix = scipy.sparse.csr_array(
        (graph.weights, graph.neighbours, graph.starts), shape=(len(graph), len(graph))
    )
    return np.asarray(scipy.sparse.csgraph.connected_components(matrix, directed=False)[1], np.int32)


def communities(graph: Graph, *, method: str = "propagation", seed: int = 0) -> Ints:
    """The community of each node: "propagation" of labels, or "leiden" where igraph is installed.

    Raises ValueError for another method, ModuleNotFoundError for leiden without igraph.
    """
    if method == "propagation":
        draws = _DRAWS if len(graph.neighbours) < _FEW_ENDS else 1
        found = [propagated_labels(graph, seed=seed + draw) for draw in range(draws)]
        return _numbered(max(found, key=lambda labels: modularity(graph, labels)) if draws > 1 else found[0])
    if method == "leiden":
        return _numbered(_leiden(graph, seed=seed))
    raise ValueError(f"communities: propagation or leiden, not {method}")


def has_leiden() -> bool:
    """Whether the extra that Leiden needs is installed."""
    return find_spec("igraph") is not None


def modularity(graph: Graph, labels: Ints) -> float:
    """Weight inside the groups beyond what the degrees alone would put there (Newman and Girvan 2004)."""
    total = float(graph.weights.sum())
    rows = np.repeat(np.arange(len(graph)), np.diff(graph.starts))
    inside = float(graph.weights[labels[rows] == labels[graph.neighbours]].sum())
    degree = np.bincount(labels[rows], graph.weights)
    return inside / total - float(np.square(degree / total).sum()) if total else 0.0


def propagated_labels(graph: Graph, *, seed: int = 0) -> Ints:
    """Each node takes the label with most weight around it, until none changes (Raghavan et al. 2007, weighted).

    A quarter of the nodes at a time, drawn by `seed`, so that two halves never swap labels for ever; on equal weight a
    node keeps its own label, else takes the one that was drawn lowest. Only nodes beside a change are looked at again.
    """
    random = np.random.default_rng(seed)
    labels = random.permutation(len(graph)).astype(np.int32)
    block = random.integers(0, _BLOCKS, len(graph), dtype=np.int8)
    waiting = np.ones(len(graph), np.bool_)
    for _round in range(_MOST_ROUNDS):
        if not waiting.any():
            break
        for number in range(_BLOCKS):
            nodes = np.flatnonzero(waiting & (block == number))
            waiting[nodes] = False
            best = _strongest_labels(graph, nodes, labels)
            changed = nodes[best != labels[nodes]]
            labels[nodes] = best
            waiting[graph.neighbours[graph.places(changed)]] = True
    return labels


def _strongest_labels(graph: Graph, nodes: Longs, labels: Ints) -> Ints:
    nodes_with = nodes[graph.starts[nodes + 1] > graph.starts[nodes]]
    best = labels[nodes].copy()
    if not len(nodes_with):
        return best
    places = graph.places(nodes_with)
    counts = graph.starts[nodes_with + 1] - graph.starts[nodes_with]
    starts = np.r_[0, np.cumsum(counts)]
    around = scipy.sparse.csr_array(
        (graph.weights[places].astype(np.int64), labels[graph.neighbours[places]], starts),
        shape=(len(nodes_with), len(graph)),
    )
    around.sum_duplicates()
    begins = around.indptr[:-1]
    # Twice the weight, and one more for the label a node has: equal weight keeps it.
    own = np.repeat(labels[nodes_with], np.diff(around.indptr))
    strength = around.data * 2 + (around.indices == own)
    strongest = np.repeat(np.maximum.reduceat(strength, begins), np.diff(around.indptr))
    candidate = np.where(strength == strongest, around.indices, np.iinfo(np.int32).max)
    best[graph.starts[nodes + 1] > graph.starts[nodes]] = np.minimum.reduceat(candidate, begins)
    return best


def _leiden(graph: Graph, *, seed: int) -> NDArray[np.int32]:
    import random

    import igraph

    rows = np.repeat(np.arange(len(graph)), np.diff(graph.starts))
    once = rows < graph.neighbours
    drawn = igraph.Graph(len(graph), np.column_stack([rows[once], graph.neighbours[once]]))
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 (a reproducible draw, not a secret)
    found = drawn.community_leiden(
        objective_function="modularity", weights=graph.weights[once].tolist(), n_iterations=-1
    )
    return np.asarray(found.membership, np.int32)


def _numbered(labels: Ints) -> Ints:
    """Number labels 0, 1, 2… by size, the largest first; equal sizes by their first node."""
    _values, first, place, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -sizes))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[place]
