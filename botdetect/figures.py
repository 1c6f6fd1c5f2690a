"""Numbers of the public pages: of published clusters only, with how they were counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _

from botdetect.churn import AWAY
from botdetect.forms import TRACE_NAMES
from botdetect.models import Account, Cluster, Member
from botdetect.services.reviews import precision_of

_SECONDS = 60


def public() -> dict[str, Any]:
    """Accounts in published clusters, clusters, the date, and the audited precision; kept for a minute.

    What is published or taken back shows at once: sums are kept for the very clusters they were made of.
    """
    published = Cluster.objects.published()
    state = published.order_by().aggregate(clusters=Count("pk"), keys=Sum("pk"), at=Max("published_at"))
    moment = state["at"].timestamp() if state["at"] else 0
    key = f"bots:figures:{state['clusters']}:{state['keys']}:{moment}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        runs = published.order_by().values("run")
        known = {
            # After the retention time the members are gone, the count stays.
            "accounts": sum(published.values_list("accounts_count", flat=True)),
            "clusters": state["clusters"],
            "at": state["at"],
            "precision": precision_of(Member.objects.filter(run__in=runs)),
            "months": _summed(published, "months"),
            "days": _summed(published, "days"),
        }
        cache.set(key, known, _SECONDS)
    return known


def _summed(clusters: Any, name: str) -> list[dict[str, Any]]:
    total: Counter[str] = Counter()
    for aggregates in clusters.values_list("aggregates", flat=True):
        total.update({point["label"]: point["value"] for point in aggregates.get(name, ())})
    return [{"label": label, "value": total[label]} for label in sorted(total)]


def traces(cluster: Cluster) -> list[dict[str, Any]]:
    """The traces that a cluster's accounts have in common, one row a kind (see `sidebyside.Common`), with its name."""
    # Clusters found before the accounts were counted too have the number of objects alone.
    bare = [
        {"kind": kind, "objects": objects, "accounts": None, "close": None}
        for kind, objects in sorted(cluster.traces.items())
    ]
    rows = cluster.aggregates.get("traces", bare)
    return [row | {"name": TRACE_NAMES.get(row["kind"], row["kind"])} for row in rows]


Lines = list[tuple[str, Sequence[tuple[date, float | None]]]]


@dataclass(frozen=True)
class Churn:
    """What had become of a cluster's accounts on a day; `lines` of (day, accounts) since the first look.

    looked: how many accounts could be looked at.
    """

    day: date
    since: date
    looked: int
    counts: list[tuple[str, int]]
    lines: Lines


def churn(cluster: Cluster) -> Churn | None:
    """How many of a cluster's accounts are gone, suspended, protected, renamed or back; None before the first look."""
    looks = list(cluster.looks.order_by("day"))
    if not looks:
        return None
    names = dict(Account.Status.choices)
    last = looks[-1]
    counts = [(str(name), last.counts[state]) for state, name in names.items() if last.counts.get(state)]
    away = [(look.day, float(sum(look.counts.get(state, 0) for state in AWAY))) for look in looks]
    there = [(look.day, look.looked - gone) for look, (_day, gone) in zip(looks, away, strict=True)]
    lines: Lines = [(_("still there"), there), (_("gone or suspended"), away)]
    return Churn(last.day, looks[0].day, last.looked, counts, lines if len(looks) > 1 else [])
