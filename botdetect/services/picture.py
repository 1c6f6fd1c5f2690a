"""What a cluster's pages show without opening its shares again: where its members are drawn, and its aggregates."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from botdetect import eventfile
from botdetect.models import Account, Cluster, Edge, Run
from botdetect.services.profiles import columns_of
from botdetect.sidebyside import in_common

if TYPE_CHECKING:
    import pyarrow as pa

MOST_DRAWN = 300
_MOST_CLUSTERS = 500
_STEPS = 60
_DECILES = (10, 50, 90)


def draw(*, run: Run) -> None:
    """Compute and keep the picture of each cluster of a run."""
    clusters = list(run.clusters.order_by("number")[:_MOST_CLUSTERS])
    members: dict[int, list[str]] = {cluster.pk: [] for cluster in clusters}
    for cluster_id, name in run.members.filter(cluster__in=clusters).values_list("cluster_id", "name"):
        members[cluster_id].append(name)
    # The file is read once, not once a cluster and kind.
    names = [name for of_cluster in members.values() for name in of_cluster]
    shares = eventfile.of_accounts(run.collection.events_path, names)
    for cluster in clusters:
        _describe(run, cluster, shares, members[cluster.pk])
    Cluster.objects.bulk_update(clusters, ["layout", "aggregates", "traces"], batch_size=200)


def _describe(run: Run, cluster: Cluster, shares: "pa.Table", names: list[str]) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    own = shares.filter(pc.is_in(shares["account"], pa.array(names, pa.string())))
    common = in_common(own, float(run.parameters.get("window", 60)))
    cluster.layout = layout_of(cluster)
    cluster.traces = {each.kind: each.objects for each in common}
    cluster.aggregates = aggregates_of(run, names, own) | {"traces": [asdict(each) for each in common]}


def layout_of(cluster: Cluster) -> dict[str, list[float]]:
    """Where each member is drawn, in a square from -1 to 1: the best connected only, when there are many."""
    members = list(
        cluster.members.order_by("-degree", "number").values_list("number", flat=True)[:MOST_DRAWN]
    )
    place = {number: at for at, number in enumerate(members)}
    edges = Edge.objects.filter(cluster=cluster, a__in=members, b__in=members).order_by("pk")
    ends = [(place[a], place[b]) for a, b in edges.values_list("a", "b")]
    positions = force_layout(len(members), np.array(ends, np.int64).reshape(-1, 2), seed=cluster.number)
    return {
        str(number): [round(float(x), 3), round(float(y), 3)]
        for number, (x, y) in zip(members, positions, strict=True)
    }


def force_layout(nodes: int, ends: NDArray[np.int64], *, seed: int = 0) -> NDArray[np.float64]:
    """Positions by attraction along edges and repulsion between all (Fruchterman and Reingold 1991), in -1 … 1."""
    at = np.random.default_rng(seed).uniform(-1, 1, (nodes, 2))
    ideal = 1 / np.sqrt(max(1, nodes))
    for step in range(_STEPS):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-3)
        force = (apart * (ideal**2 / distance**2)[:, :, None]).sum(axis=1)
        along = at[ends[:, 0]] - at[ends[:, 1]]
        pull = along * (np.sqrt((along**2).sum(axis=1)) / ideal)[:, None]
        np.add.at(force, ends[:, 0], -pull)
        np.add.at(force, ends[:, 1], pull)
        length = np.maximum(np.sqrt((force**2).sum(axis=1)), 1e-9)
        at += force / length[:, None] * np.minimum(length, 0.1 * (1 - step / _STEPS))[:, None]
    if nodes:
        at -= (at.max(axis=0) + at.min(axis=0)) / 2
    return np.asarray(at / np.abs(at).max(initial=1e-9))


def aggregates_of(run: Run, names: list[str], shares: "pa.Table") -> dict[str, Any]:
    """Numbers that name nobody: shares by day, creations by month, bursts, statistics of the accounts.

    shares: all that these accounts shared. A burst is one of the whole collection: among its own members alone, nothing
    would stand out.
    """
    import pyarrow.compute as pc

    from botdetect.profilemap import groups_of

    times = shares.filter(pc.equal(shares["kind"], run.trace))["time"].to_pylist()
    bursts = Counter(shares.filter(pc.equal(shares["kind"], "creation"))["object"].to_pylist())
    # Sets of followed accounts have no moment; what is written in its place is the beginning of 1970.
    days = Counter(_day(time) for time in times if time)
    profiles = list(Account.objects.filter(collection=run.collection, name__in=names).order_by("name"))
    created = [profile.created_at for profile in profiles if profile.created_at]
    months = Counter(f"{date:%Y-%m}" for date in created)
    return {
        "groups": groups_of(columns_of(profiles)),
        "shares": len(times),
        "days": [{"label": day, "value": days[day]} for day in sorted(days)],
        "months": [{"label": month, "value": months[month]} for month in sorted(months)],
        "bursts": [{"burst": name, "accounts": count} for name, count in sorted(bursts.items()) if count > 1],
        "statistics": {
            name: _statistics([getattr(profile, name) for profile in profiles])
            for name in ("followers", "friends", "statuses")
        },
        "profiles": len(profiles),
    }


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _statistics(values: list[int | None]) -> dict[str, float] | None:
    """Mean, median and the outer deciles of the known values, as the original's curves had them."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, middle, high = (float(value) for value in np.percentile(known, _DECILES))
    return {
        "known": len(known),
        "mean": round(float(np.mean(known)), 1),
        "low": low,
        "median": middle,
        "high": high,
    }
