"""What went away between two complete snapshots of a library, as a whole or by country, advertiser or label."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from political_ads.kept import kept
from political_ads.labels import Label
from political_ads.models import Ad, LibrarySnapshot, PresenceInterval, Source, Task
from political_ads.removal import Comparison, Step, survival_of_counts

_NOTHING = Comparison(before=0, after=0, added=0, removed=0)
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


def compare(earlier: LibrarySnapshot, later: LibrarySnapshot, *, again: bool = False) -> Comparison:
    """The whole library at two moments; `again` counts it even when it is kept."""
    key = f"ads:compare:{_version(earlier)}:{earlier.pk}:{later.pk}"
    return kept(key, lambda: _parts((), earlier, later).get((), _NOTHING), again=again)


def compare_by(
    what: str, earlier: LibrarySnapshot, later: LibrarySnapshot, *, most: int = 50, again: bool = False
) -> list[Part]:
    """The same for each part, those that lost most first. Raises KeyError for another `what` than BY has."""
    columns = BY[what]
    key = f"ads:compare:{_version(earlier)}:{earlier.pk}:{later.pk}:{what}:{most}"
    return kept(key, lambda: _ranked(_parts(columns, earlier, later))[:most], again=again)


def _ranked(parts: Mapping[tuple[Any, ...], Comparison]) -> list[Part]:
    found = [Part(named[0], str(named[-1] or ""), figures) for named, figures in parts.items()]
    there = [part for part in found if part.figures.before or part.figures.after]
    return sorted(there, key=lambda part: (-part.figures.removed, -part.figures.before, part.name))


def _version(snapshot: LibrarySnapshot) -> str:
    latest = snapshot.source.snapshots.order_by("-pk").values_list("pk", "status")[:1]
    source = snapshot.source
    return f"{list(latest)}:{source.retention_days}:{source.purged_before}".replace(" ", "")


def _parts(
    columns: Sequence[str], earlier: LibrarySnapshot, later: LibrarySnapshot
) -> dict[tuple[Any, ...], Comparison]:
    """Ads are grouped by all that matters of them, so that each condition is asked once of each ad."""
    is_true = BooleanField()
    facts = {
        "was": ExpressionWrapper(_held_at(earlier.taken_at), is_true),
        "still": ExpressionWrapper(_held_at(later.taken_at), is_true),
        "is_explained": ExpressionWrapper(explained_by(earlier.source, later.taken_at), is_true),
        "ran_before": ExpressionWrapper(Q(started_on__lt=earlier.taken_at), is_true),
    }
    rows = (
        Ad.objects.filter(source=earlier.source)
        .order_by()
        .annotate(**facts)
        .values(*columns, *facts, "presence", "creative__task__top", "creative__task__state")
        .annotate(count=Count("pk"))
    )
    counts: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(_zeros)
    for row in rows.iterator():
        for name in _counted_as(row):
            counts[tuple(row[column] for column in columns)][name] += row["count"]
    return {named: Comparison(**count) for named, count in counts.items()}


def _zeros() -> Counter[str]:
    return Counter(before=0, after=0, added=0, removed=0)


def _counted_as(row: Mapping[str, Any]) -> Iterator[str]:
    """The numbers that ads of this kind belong to."""
    if row["was"]:
        yield "before"
    if row["still"]:
        yield "after"
    if row["still"] and not row["was"]:
        yield "added"
        if row["ran_before"]:
            yield "back_filled"
    if row["was"] and not row["still"]:
        yield from _gone_as(row)


def _gone_as(row: Mapping[str, Any]) -> Iterator[str]:
    yield "removed"
    if row["presence"] == Ad.Presence.REMOVED:
        yield "confirmed"
    settled = row["creative__task__state"] == Task.State.RETIRED
    if row["is_explained"]:
        yield "explained"
    elif settled and row["creative__task__top"] == Label.NOT_POLITICAL:
        yield "reclassified"


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


def survival(source: Source, *, again: bool = False) -> list[Step]:
    """How long ads stay in this library after the portal first saw them."""
    return kept(
        f"ads:survival:{source.pk}:{source.snapshots.count()}", lambda: _survival(source), again=again
    )


def _survival(source: Source) -> list[Step]:
    moments = ("presence", "first_seen_at", "last_seen_at")
    groups = Ad.objects.filter(source=source).order_by().values(*moments).annotate(count=Count("pk"))
    return survival_of_counts(
        (
            (_day(row["last_seen_at"]) - _day(row["first_seen_at"])).days,
            row["presence"] == Ad.Presence.REMOVED,
            row["count"],
        )
        for row in groups
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def series(source: Source) -> list[Point]:
    """Announced and really available, day by day; of two snapshots a day the last counts."""
    days: dict[date, dict[bool, int]] = {}
    for snapshot in _counted(source):
        days.setdefault(_day(snapshot.taken_at), {})[snapshot.of_totals] = snapshot.seen_count
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
