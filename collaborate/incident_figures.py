"""Times of incidents and of platforms, by month. Pure arithmetic below, reads on top."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.utils import timezone

from collaborate.models import Caller, Incident, Takedown

TARGET_MINUTES = 90


@dataclass(frozen=True)
class PlatformMonth:
    """What one platform did with the requests sent in one month; times are of those seen gone."""

    month: date
    platform: str
    sent: int
    gone: int
    median: float | None
    p95: float | None
    in_time: int

    @property
    def share(self) -> int:
        """Of all requests sent, the share seen gone within the ninety minutes, in percent."""
        return round(100 * self.in_time / self.sent)


@dataclass(frozen=True)
class IncidentMonth:
    """Incidents detected in one month, and the median minutes until each step."""

    month: date
    detected: int
    closed: int
    to_qualify: float | None
    to_respond: float | None
    to_close: float | None


def quantile(values: Sequence[float], part: float) -> float | None:
    """The smallest value that at least this part of them does not exceed (nearest rank); None of nothing."""
    ordered = sorted(values)
    return ordered[max(1, ceil(part * len(ordered))) - 1] if ordered else None


def platforms(*, before: datetime | None = None) -> list[PlatformMonth]:
    """Every platform and month with a request, the newest month first; `before` leaves out what was sent since."""
    rows = Takedown.objects.counted().order_by("sent_at", "pk")
    if before is not None:
        rows = rows.filter(sent_at__lt=before)
    found: dict[tuple[date, str], list[Takedown]] = defaultdict(list)
    for row in rows.iterator():
        found[_month(row.sent_at), row.platform].append(row)
    made = [_platform(month, name, sent) for (month, name), sent in found.items()]
    return sorted(made, key=lambda each: (-each.month.toordinal(), each.platform.casefold()))


def _platform(month: date, name: str, sent: Sequence[Takedown]) -> PlatformMonth:
    minutes = [row.elapsed.total_seconds() / 60 for row in sent if row.gone_at]
    in_time = sum(1 for value in minutes if value <= TARGET_MINUTES)
    return PlatformMonth(
        month, name, len(sent), len(minutes), quantile(minutes, 0.5), quantile(minutes, 0.95), in_time
    )


def months(caller: Caller) -> list[IncidentMonth]:
    """Incidents the caller may enter, by the month of their detection, the newest first; no exercises."""
    found: dict[date, list[Incident]] = defaultdict(list)
    for each in Incident.objects.visible_to(caller).real().order_by("pk").iterator():
        found[_month(each.detected_at)].append(each)
    return [_incidents(month, found[month]) for month in sorted(found, reverse=True)]


def _incidents(month: date, rows: Sequence[Incident]) -> IncidentMonth:
    closed = [row for row in rows if row.is_closed]
    return IncidentMonth(
        month,
        len(rows),
        len(closed),
        _median(row.time_to_qualify for row in rows),
        _median(row.time_to_respond for row in rows),
        _median(row.age for row in closed),
    )


def _median(durations: Iterable[timedelta | None]) -> float | None:
    return quantile([each.total_seconds() / 60 for each in durations if each is not None], 0.5)


def _month(at: datetime) -> date:
    return timezone.localtime(at).date().replace(day=1)


def start_of_month() -> datetime:
    """Midnight of the first of this month, where the portal is."""
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
