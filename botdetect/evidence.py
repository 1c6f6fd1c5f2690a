"""Why an edge is there: the shares side by side, made again from the file when someone asks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max

from botdetect.models import Account, Cluster, Edge, Run

_MOST_OBJECTS = 20
_MOST_SHARES = 60


@dataclass(frozen=True)
class Meeting:
    """Two shares of one object within the window."""

    object: str
    a_at: datetime | None
    b_at: datetime | None
    delay: float


@dataclass(frozen=True)
class EdgeEvidence:
    """The meetings of an edge, and what would remove it.

    least_objects: with fewer shared objects it would not be significant; narrower: nor with a window of fewer seconds.
    """

    meetings: tuple[Meeting, ...]
    least_objects: int
    narrower: float | None


def names_of(edge: Edge) -> tuple[str, str]:
    """The identifiers of the two accounts."""
    names = dict(edge.run.members.filter(number__in=(edge.a, edge.b)).values_list("number", "name"))
    return names.get(edge.a, ""), names.get(edge.b, "")


def evidence_of(edge: Edge) -> EdgeEvidence:
    """The evidence of one edge, from the collection's own shares."""
    import scipy.special  # heavy: not for every web process

    run, (a, b) = edge.run, names_of(edge)
    window = float(run.parameters.get("window", 60))
    meetings = _meetings(run, a, b, window)
    # The weakest edge kept tells which p was still good enough.
    worst = run.edges.aggregate(p=Max("p"))["p"] or edge.p
    needed = range(1, edge.objects_count + 1)
    least = next(
        (n for n in needed if float(scipy.special.gammainc(n, edge.expected)) <= worst), edge.objects_count
    )
    nearest = sorted({meeting.object: meeting.delay for meeting in reversed(meetings)}.values())
    return EdgeEvidence(tuple(meetings), least, nearest[least - 1] if least <= len(nearest) else None)


def _meetings(run: Run, a: str, b: str, window: float) -> list[Meeting]:
    from botdetect import eventfile

    by_object: dict[str, dict[str, list[float]]] = {}
    for share in eventfile.shares_of(run.collection.events_path, run.trace, [a, b]):
        sides = by_object.setdefault(str(share["object"]), {a: [], b: []})
        sides[str(share["account"])].append(float(str(share["time"])))
    found = [
        Meeting(name, _at(one), _at(other), abs(one - other))
        for name, sides in by_object.items()
        for one in sides[a]
        for other in sides[b]
        if abs(one - other) <= window
    ]
    return sorted(found, key=lambda meeting: (meeting.delay, str(meeting.a_at), meeting.object))


def timeline_of(cluster: Cluster) -> list[dict[str, Any]]:
    """The objects that most members share, each with its shares in order and their delays after the first."""
    from botdetect import eventfile

    run = cluster.run
    names = list(cluster.members.values_list("name", flat=True))
    by_object: dict[str, list[dict[str, Any]]] = {}
    for share in eventfile.shares_of(run.collection.events_path, run.trace, names):
        by_object.setdefault(str(share["object"]), []).append(share)
    most = sorted(by_object.items(), key=lambda item: (-len({s["account"] for s in item[1]}), item[0]))
    handles = handles_of(run, names)
    return [
        {
            "object": name,
            "accounts": len({share["account"] for share in shares}),
            "shares": [
                {
                    "account": handles.get(share["account"], share["account"]),
                    "at": _at(share["time"]),
                    "delay": share["time"] - shares[0]["time"],
                }
                for share in shares[:_MOST_SHARES]
            ],
        }
        for name, shares in most[:_MOST_OBJECTS]
        if len(shares) > 1
    ]


def handles_of(run: Run, names: list[str]) -> dict[str, str]:
    """The handle of each account that has one, by identifier."""
    known = Account.objects.filter(collection=run.collection, name__in=names).exclude(handle="")
    return {name: f"@{handle}" for name, handle in known.values_list("name", "handle")}


def _at(seconds: float) -> datetime | None:
    """The moment, None for the zero that a trace without moments has in its place."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
