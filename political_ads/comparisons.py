"""What went away between two complete snapshots of a library, as a whole or by country, advertiser or label."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from political_ads.labels import Label
from political_ads.models import Ad, LibrarySnapshot, PresenceInterval, Source, Task
from political_ads.removal import Comparison, Step, survival_of_counts

_KEPT_SECONDS = 3600
BY = {
    "country": ("country",),
    "advertiser": ("advertiser_id", "advertiser__name"),
    "label": ("creative__task__top",),
}
"""What a comparison can be broken down by, and the columns that name a part."""


@dataclass(frozen=True)
class Part:
    """One country, advertiser or label of a comparison."""

    key: Any
    name: str
    figures: Comparison


@dataclass(frozen=True)
class Point:
    """One day of a library: what the platform announces, what was really there (None: not known that day)."""

    day: date
    announced: int | None
    available: int | None


def compare(earlier: LibrarySnapshot, later: LibrarySnapshot) -> Comparison:
    """The whole library at two moments. Counted once; kept until the source is imported again."""
    key = f"ads:compare:{_version(earlier)}:{earlier.pk}:{later.pk}"
    known: Comparison | None = cache.get(key)
    if known is None:
        known = _comparison(Ad.objects.filter(source=earlier.source).aggregate(**_counts(earlier, later)))
        cache.set(key, known, timeout=_KEPT_SECONDS)
    return known


def compare_by(what: str, earlier: LibrarySnapshot, later: LibrarySnapshot, *, most: int = 50) -> list[Part]:
    """The same for each part, those that lost most first. Raises KeyError for another `what` than BY has."""
    key = f"ads:compare:{_version(earlier)}:{earlier.pk}:{later.pk}:{what}:{most}"
    known: list[Part] | None = cache.get(key)
    if known is None:
        columns = BY[what]
        rows = (
            Ad.objects.filter(source=earlier.source)
            .order_by()
            .values(*columns)
            .annotate(**_counts(earlier, later))
            .filter(Q(before__gt=0) | Q(after__gt=0))
        )
        parts = [Part(row[columns[0]], str(row[columns[-1]] or ""), _comparison(row)) for row in rows]
        known = sorted(parts, key=lambda part: (-part.figures.removed, -part.figures.before, part.name))[
            :most
        ]
        cache.set(key, known, timeout=_KEPT_SECONDS)
    return known


def _version(snapshot: LibrarySnapshot) -> str:
    latest = snapshot.source.snapshots.order_by("-pk").values_list("pk", "status")[:1]
    source = snapshot.source
    return f"{list(latest)}:{source.retention_days}:{source.purged_before}".replace(" ", "")


def _counts(earlier: LibrarySnapshot, later: LibrarySnapshot) -> dict[str, Count]:
    was, still = _held_at(earlier.taken_at), _held_at(later.taken_at)
    gone, new = was & ~still, still & ~was
    explained = explained_by(earlier.source, later.taken_at)
    not_political = Q(creative__task__top=Label.NOT_POLITICAL, creative__task__state=Task.State.RETIRED)
    return {
        "before": Count("pk", filter=was),
        "after": Count("pk", filter=still),
        "added": Count("pk", filter=new),
        "removed": Count("pk", filter=gone),
        "explained": Count("pk", filter=gone & explained),
        "explained_and_reclassified": Count("pk", filter=gone & explained & not_political),
        "all_reclassified": Count("pk", filter=gone & not_political),
        "back_filled": Count("pk", filter=new & Q(started_on__lt=earlier.taken_at)),
        "confirmed": Count("pk", filter=gone & Q(presence=Ad.Presence.REMOVED)),
    }


def _held_at(at: datetime) -> Q:
    runs = PresenceInterval.objects.filter(since__lte=at, until__gte=at).order_by().values("ad_id")
    return Q(present_since__lte=at, last_seen_at__gte=at) | Q(pk__in=runs)


def explained_by(source: Source, at: datetime) -> Q:
    """The ads whose absence at a moment the announced retention accounts for."""
    explained = Q(pk__in=())
    if source.retention_days is not None:
        explained |= Q(stopped_on__isnull=False, stopped_on__lte=at - timedelta(days=source.retention_days))
    if source.purged_before is not None:
        end = datetime.combine(source.purged_before, time.max, tzinfo=UTC)
        explained |= Q(stopped_on__isnull=False, stopped_on__lte=end)
    return explained


def _comparison(row: Mapping[str, Any]) -> Comparison:
    names = ("before", "after", "added", "removed", "explained", "back_filled", "confirmed")
    reclassified = row["all_reclassified"] - row["explained_and_reclassified"]
    return Comparison(**{name: row[name] for name in names}, reclassified=reclassified)


def survival(source: Source) -> list[Step]:
    """How long ads stay in this library after the portal first saw them."""
    key = f"ads:survival:{source.pk}:{source.snapshots.count()}"
    known: list[Step] | None = cache.get(key)
    if known is None:
        groups = (
            Ad.objects.filter(source=source)
            .order_by()
            .values(
                "presence",
                first=TruncDate("first_seen_at", tzinfo=UTC),
                last=TruncDate("last_seen_at", tzinfo=UTC),
            )
            .annotate(count=Count("pk"))
        )
        known = survival_of_counts(
            ((row["last"] - row["first"]).days, row["presence"] == Ad.Presence.REMOVED, row["count"])
            for row in groups
        )
        cache.set(key, known, timeout=_KEPT_SECONDS)
    return known


def series(source: Source) -> list[Point]:
    """Announced and really available, day by day; of two snapshots a day the last counts."""
    days: dict[date, dict[bool, int]] = {}
    for snapshot in _counted(source):
        days.setdefault(snapshot.taken_at.astimezone(UTC).date(), {})[snapshot.of_totals] = (
            snapshot.seen_count
        )
    return [Point(day, counts.get(True), counts.get(False)) for day, counts in sorted(days.items())]


def _counted(source: Source) -> Iterable[LibrarySnapshot]:
    """Complete snapshots of the source, and of totals of its platform in its country."""
    same = Q(source=source) | Q(
        of_totals=True,
        source__platform=source.platform,
        source__country=source.country,
        source__country__gt="",
    )
    return LibrarySnapshot.objects.complete().filter(same)
