"""Dates as people ask for them, and the version in force at each."""

from datetime import UTC, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from terms_tracker.models import Terms, Version


def version_at(terms: Terms, asked: str, *, is_end: bool) -> Version | None:
    """The version in force at the date asked; without one, the first version, or the last."""
    if not asked:
        ordered = (
            terms.versions.order_by("-fetched_at", "-pk")
            if is_end
            else terms.versions.order_by("fetched_at", "pk")
        )
        return ordered.first()
    moment = moment_of(asked, is_end=is_end)
    return terms.versions.at(moment) if moment else None


def moment_of(asked: str, *, is_end: bool) -> datetime | None:
    """A date or a date with time; a plain date means its first or its last instant, here."""
    try:
        moment = parse_datetime(asked) if len(asked) > 10 else None
        if moment is None and (day := parse_date(asked)):
            moment = datetime.combine(day, time.max if is_end else time.min)
        if moment is None:
            return None
        # In UTC, where the first and the last days of the calendar may not exist.
        return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
