"""How a platform keeps its library: by figures anyone can count again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, F, Q

from political_ads.kept import kept
from political_ads.models import Ad, LibrarySnapshot, PresenceEvent, Source


@dataclass(frozen=True)
class Scorecard:
    """One library.

    Attributes:
        with_payer, with_text: share of its ads, in percent.
        removed, explained: ads confirmed as removed, and those of them that retention accounts for.
        days_until_seen: mean days from the first showing of an ad to its first being seen here.
        complete, snapshots: looks that were complete, of all.
    """

    source: Source
    ads: int
    with_payer: float
    with_text: float
    removed: int
    explained: int
    days_until_seen: float | None
    complete: int
    snapshots: int
    latest: datetime | None


def card_of(source: Source, *, again: bool = False) -> Scorecard:
    """The card of a library; `again` counts it even when it is kept."""
    key = f"ads:scorecard:{source.pk}:{source.snapshots.count()}"
    return kept(key, lambda: _count(source), again=again)


def _count(source: Source) -> Scorecard:
    counts = Ad.objects.filter(source=source).aggregate(
        ads=Count("pk"),
        payer=Count("pk", filter=~Q(payer="")),
        text=Count("pk", filter=~Q(creative__text="")),
        delay=Avg(F("first_seen_at") - F("started_on")),
    )
    gone = PresenceEvent.objects.filter(source=source, kind=PresenceEvent.Kind.REMOVED)
    snapshots = source.snapshots.of_ads()
    total = counts["ads"] or 1
    return Scorecard(
        source=source,
        ads=counts["ads"],
        with_payer=round(100 * counts["payer"] / total, 1),
        with_text=round(100 * counts["text"] / total, 1),
        removed=gone.count(),
        explained=gone.exclude(explanation="").count(),
        days_until_seen=round(counts["delay"].total_seconds() / 86_400, 1) if counts["delay"] else None,
        complete=snapshots.filter(status=LibrarySnapshot.Status.COMPLETE).count(),
        snapshots=snapshots.count(),
        latest=snapshots.order_by("-taken_at").values_list("taken_at", flat=True).first(),
    )
