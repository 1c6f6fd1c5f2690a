"""The results of two reference programs, exactly, faults included, so that published work can be checked.

CooRTweet 2.1.3 (Righetti and Balluff 2025) and coordination-network-toolkit 1.5.2 (Graham et al. 2020). What they do
that the corrected mode does not is listed in COORTWEET_FAULTS and TOOLKIT_FAULTS.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from botdetect.coordination import EventsError
from botdetect.coordination.events import Events, Ints, Longs
from botdetect.coordination.pairs import Index, expand

COORTWEET_FAULTS = (
    "a pair is kept when either of its accounts took part often enough, not both",
    "the number of posts and the symmetry of an edge do not follow its accounts when these are put in order",
    "an object counts as many shares as it has pairs: one account posting often weighs as much as many objects",
)
TOOLKIT_FAULTS = ("edges are directed: the weight from a to b counts the messages of a only",)


@dataclass(frozen=True)
class CooRTweetNetwork:
    """Edges from < to with CooRTweet's own columns.

    weight: pairs of shares; delay: mean seconds between them; n_content_id, n_content_id_y, symmetry: as it counts
    them; is_above: whether the weight is strictly above the quantile; fast: pairs inside the fast window.
    """

    a: Ints
    b: Ints
    weight: Longs
    delay: NDArray[np.float64]
    n_content_id: Longs
    n_content_id_y: Longs
    symmetry: NDArray[np.float64]
    is_above: NDArray[np.bool_]
    fast: Longs
    threshold: float


@dataclass(frozen=True)
class _SharePairs:
    """Pairs of rows of the events, the older first."""

    older: Longs
    newer: Longs
    delay: Longs


def coortweet(
    events: Events,
    *,
    window: float,
    min_participation: int = 2,
    edge_quantile: float = 0.5,
    fast: float | None = None,
    loops: bool = False,
) -> CooRTweetNetwork:
    """The edges that CooRTweet's detect_groups and generate_coordinated_network give.

    Raises EventsError when the events do not say which post each share is.
    """
    if events.content is None:
        raise EventsError("CooRTweet's mode needs the identifier of each post: name its column by --content")
    busy = np.bincount(events.account, minlength=len(events.accounts)) >= min_participation
    events = events.where(busy[events.account])
    pairs = _coortweet_pairs(events, window, loops=loops)
    pairs = _taking_part(events, pairs, min_participation)
    return _coortweet_network(events, pairs, edge_quantile, fast)


def _share_pairs(events: Events, window: float) -> _SharePairs:
    index = Index.of(events, window)
    reach = index.reach(int(window * events.ticks))
    pieces = [(piece.earlier, piece.later) for piece in expand(index, reach)]
    older = np.concatenate([index.row[piece[0]] for piece in pieces] or [np.zeros(0, np.int32)]).astype(
        np.int64
    )
    newer = np.concatenate([index.row[piece[1]] for piece in pieces] or [np.zeros(0, np.int32)]).astype(
        np.int64
    )
    return _SharePairs(older, newer, events.time[newer] - events.time[older])


def _only(pairs: _SharePairs, chosen: NDArray[np.bool_]) -> _SharePairs:
    return _SharePairs(pairs.older[chosen], pairs.newer[chosen], pairs.delay[chosen])


def _coortweet_pairs(events: Events, window: float, *, loops: bool) -> _SharePairs:
    content, account = events.content, events.account
    assert content is not None  # noqa: S101 (checked by the only caller; for the type checker)
    pairs = _share_pairs(events, window)
    shares_itself = _same_names(events)
    is_loop = shares_itself[pairs.older] | shares_itself[pairs.newer]
    is_loop |= content[pairs.older] == content[pairs.newer]
    if not loops:
        is_loop |= account[pairs.older] == account[pairs.newer]
    return _only(pairs, ~is_loop)


def _same_names(events: Events) -> NDArray[np.bool_]:
    """Whether a row's post is the object itself."""
    place = {name: code for code, name in enumerate(events.objects.to_pylist())}
    names = events.contents.to_pylist() if events.contents is not None else []
    object_of = np.array([place.get(name, -1) for name in names], np.int64)
    return np.asarray(object_of[events.content] == events.object)


def _taking_part(events: Events, pairs: _SharePairs, least: int) -> _SharePairs:
    """Keep a pair when either post is of an account with enough rows whose post is in the result: its first fault."""
    content = events.content
    assert content is not None  # noqa: S101 (as above)
    found = np.zeros(int(content.max(initial=-1)) + 1, np.bool_)
    found[content[pairs.older]] = True
    found[content[pairs.newer]] = True
    is_found = found[content]
    counts = np.bincount(events.account[is_found], minlength=len(events.accounts))
    good = np.zeros_like(found)
    good[content[is_found & (counts[events.account] >= least)]] = True
    return _only(pairs, good[content[pairs.older]] | good[content[pairs.newer]])


def _coortweet_network(
    events: Events, pairs: _SharePairs, edge_quantile: float, fast: float | None
) -> CooRTweetNetwork:
    content, accounts = events.content, len(events.accounts)
    assert content is not None  # noqa: S101 (as above)
    one, other = events.account[pairs.older].astype(np.int64), events.account[pairs.newer].astype(np.int64)
    keys = np.minimum(one, other) * accounts + np.maximum(one, other)
    edges, edge, weight = np.unique(keys, return_inverse=True, return_counts=True)
    n_older = _distinct(edge, content[pairs.older], len(edges))
    n_newer = _distinct(edge, content[pairs.newer], len(edges))
    seconds = pairs.delay / events.ticks
    threshold = float(np.quantile(weight, edge_quantile)) if len(weight) else 0.0
    is_fast = seconds <= (-1 if fast is None else fast)
    return CooRTweetNetwork(
        a=(edges // accounts).astype(np.int32),
        b=(edges % accounts).astype(np.int32),
        weight=weight,
        delay=np.bincount(edge, seconds, len(edges)) / np.maximum(weight, 1),
        n_content_id=n_older,
        n_content_id_y=n_newer,
        symmetry=np.minimum(n_older, n_newer) / np.maximum(np.maximum(n_older, n_newer), 1),
        is_above=weight > threshold,
        fast=np.bincount(edge[is_fast], minlength=len(edges)),
        threshold=threshold,
    )


def _distinct(group: Longs, values: Ints, groups: int) -> Longs:
    """How many different values each group has."""
    width = int(values.max(initial=0)) + 1
    return np.bincount(np.unique(group * width + values) // width, minlength=groups)


@dataclass(frozen=True)
class Directed:
    """Edges one → other; weight: distinct messages of `one`."""

    one: Ints
    other: Ints
    weight: Longs


def toolkit(events: Events, *, window: float, min_weight: int = 1, loops: bool = False) -> Directed:
    """The edges that coordination-network-toolkit gives for these (object, account, message, time) rows.

    Of rows of one message and object the first counts. Raises EventsError without message identifiers.
    """
    if events.content is None:
        raise EventsError(
            "the toolkit's mode needs the identifier of each message: name its column by --content"
        )
    width = int(events.content.max(initial=0)) + 1
    _keys, first = np.unique(events.object.astype(np.int64) * width + events.content, return_index=True)
    kept = np.zeros(len(events), np.bool_)
    kept[first] = True
    events = events.where(kept)
    content = events.content
    assert content is not None  # noqa: S101 (as above)
    pairs = _share_pairs(events, window)
    accounts = len(events.accounts)
    pairs = _only(pairs, content[pairs.older] != content[pairs.newer])
    row, beside = np.concatenate([pairs.older, pairs.newer]), np.concatenate([pairs.newer, pairs.older])
    one, other = events.account[row].astype(np.int64), events.account[beside].astype(np.int64)
    wanted = np.ones(len(row), np.bool_) if loops else one != other
    keys = (one * accounts + other)[wanted]
    edges, edge = np.unique(keys, return_inverse=True)
    weight = _distinct(edge, content[row][wanted], len(edges))
    enough = weight >= min_weight
    edges = edges[enough]
    return Directed((edges // accounts).astype(np.int32), (edges % accounts).astype(np.int32), weight[enough])


def messages_once(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The toolkit's rows without repeated message identifiers: the first of each."""
    seen: dict[str, dict[str, str]] = {}
    for row in rows:
        seen.setdefault(row["message_id"], row)
    return list(seen.values())
