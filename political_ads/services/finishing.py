"""The end of a look at a library: is it complete, and if so, what is no longer there?"""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from political_ads import presence
from political_ads.completeness import WINDOW, Seen, Status, judge
from political_ads.models import (
    Ad,
    Advertiser,
    AdvertiserTotal,
    Alert,
    LibrarySnapshot,
    PresenceEvent,
    Source,
)
from political_ads.services import alerts, queueing

_EVENTS_AT_ONCE = 2000


class OverruleError(ValueError):
    """A snapshot that cannot be declared complete; the message says why."""


@transaction.atomic
def finish(*, snapshot: LibrarySnapshot, is_walked: bool) -> LibrarySnapshot:
    """Judge the snapshot, and count what it did not hold when it is complete. A second call changes nothing."""
    if snapshot.status != LibrarySnapshot.Status.RUNNING:
        return snapshot
    verdict = judge(
        Seen(
            count=snapshot.seen_count,
            earlier=_earlier_counts(snapshot),
            answering=_answering(snapshot),
            is_walked=is_walked,
            refused=snapshot.refused_count,
        )
    )
    snapshot.status = verdict.status.value
    snapshot.reasons = [reason.value for reason in verdict.reasons]
    snapshot.finished_at = timezone.now()
    if verdict.status is Status.COMPLETE:
        _count_absent(snapshot)
    snapshot.save()
    _count_advertisers(snapshot.source)
    if verdict.status is Status.QUARANTINED:
        alerts.tell(
            kind=Alert.Kind.QUARANTINED,
            source=snapshot.source,
            key=f"quarantined:{snapshot.pk}",
            at=snapshot.taken_at,
            count=snapshot.seen_count,
        )
    _hand_on(snapshot)
    return snapshot


@transaction.atomic
def overrule(*, snapshot: LibrarySnapshot, reason: str, actor: User) -> None:
    """Declare a quarantined or partial snapshot complete, with a reason that stays on it.

    Raises OverruleError as `check_can_overrule` does.
    """
    snapshot = (
        LibrarySnapshot.objects.select_for_update(of=("self",)).select_related("source").get(pk=snapshot.pk)
    )
    check_can_overrule(snapshot, reason)
    snapshot.status, snapshot.overruled_because = LibrarySnapshot.Status.COMPLETE, reason.strip()
    _count_absent(snapshot)
    snapshot.save()
    _count_advertisers(snapshot.source)
    audit.record("ads.snapshot_overruled", actor=actor, on=snapshot, reason=reason.strip()[:500])


def check_can_overrule(snapshot: LibrarySnapshot, reason: str) -> None:
    """Raise OverruleError without a reason, for a snapshot that is complete or running, and when there is a later one.

    What both missed could then no longer be told apart.
    """
    if not reason.strip():
        raise OverruleError(_("Say why: the reason is shown beside the snapshot."))
    if snapshot.status not in {LibrarySnapshot.Status.QUARANTINED, LibrarySnapshot.Status.PARTIAL}:
        raise OverruleError(_("Only a quarantined or partial snapshot can be declared complete."))
    later = snapshot.source.snapshots.filter(of_totals=snapshot.of_totals, taken_at__gt=snapshot.taken_at)
    if later.exists():
        raise OverruleError(_("A later snapshot has been imported since: this one stays as it is."))


@transaction.atomic
def close_archive(*, source: Source, at: datetime) -> int:
    """The platform erased or stopped its library: no ad of it counts as removed for that. Gives how many there were."""
    held = Ad.objects.filter(source=source, presence__in=[Ad.Presence.PRESENT, Ad.Presence.MISSING])
    count = _note_events(held, PresenceEvent.Kind.CLOSED, at, None)
    held.update(presence=Ad.Presence.CLOSED)
    if source.is_closed_since != at:
        Source.objects.filter(pk=source.pk).update(is_closed_since=at)
    alerts.tell(
        kind=Alert.Kind.CLOSED,
        source=source,
        key=f"closed:{source.pk}:{at:%Y%m%d}",
        at=at,
        count=count,
    )
    return count


def _count_advertisers(source: Source) -> None:
    """Ads of each advertiser of the platform, and those removed, by one statement."""
    ads = Ad.objects.filter(advertiser=OuterRef("pk")).order_by().values("advertiser")
    removed = ads.filter(presence=Ad.Presence.REMOVED)
    Advertiser.objects.filter(platform=source.platform).update(
        ads_count=Coalesce(Subquery(ads.annotate(count=Count("pk")).values("count")), 0),
        removed_count=Coalesce(Subquery(removed.annotate(count=Count("pk")).values("count")), 0),
    )


def _earlier_counts(snapshot: LibrarySnapshot) -> list[int]:
    complete = LibrarySnapshot.objects.complete().filter(
        source=snapshot.source, of_totals=snapshot.of_totals, taken_at__lt=snapshot.taken_at
    )
    return list(complete.reverse().values_list("seen_count", flat=True)[:WINDOW])[::-1]


def _answering(snapshot: LibrarySnapshot) -> float | None:
    """The share of the advertisers of the last complete snapshot that this one holds too."""
    complete = LibrarySnapshot.objects.complete().filter(
        source=snapshot.source, of_totals=snapshot.of_totals, taken_at__lt=snapshot.taken_at
    )
    previous = complete.last()
    if previous is None:
        return None
    before: QuerySet[Any, Any]
    now: Any
    if snapshot.of_totals:
        before = AdvertiserTotal.objects.filter(snapshot=previous).values("advertiser_id")
        now = AdvertiserTotal.objects.filter(snapshot=snapshot).values("advertiser_id")
    else:
        ads = Ad.objects.filter(source=snapshot.source, advertiser__isnull=False)
        was_there = ads.filter(first_seen_at__lte=previous.taken_at, last_seen_at__gte=previous.taken_at)
        before, now = (
            was_there.values("advertiser_id"),
            ads.filter(last_snapshot=snapshot).values("advertiser_id"),
        )
    known = before.order_by().distinct().count()
    return (
        before.filter(advertiser_id__in=now.order_by()).order_by().distinct().count() / known
        if known
        else None
    )


def _count_absent(snapshot: LibrarySnapshot) -> None:
    """What this complete snapshot did not hold is missing; what two of them did not, 48 hours apart, is removed.

    The same steps as `presence.not_seen`, on all ads of the source at once.
    """
    if snapshot.of_totals:
        return
    absent = Ad.objects.filter(source=snapshot.source).exclude(last_snapshot=snapshot)
    missing = absent.filter(presence=Ad.Presence.MISSING)
    missing.update(missed_snapshots=F("missed_snapshots") + 1)
    absent.filter(presence=Ad.Presence.PRESENT).update(
        presence=Ad.Presence.MISSING, missing_since=snapshot.taken_at, missed_snapshots=1
    )
    confirmed = missing.filter(
        missed_snapshots__gte=presence.MISSES,
        missing_since__lte=snapshot.taken_at - timedelta(hours=presence.HOURS),
    )
    snapshot.removed_count = _note_events(confirmed, PresenceEvent.Kind.REMOVED, snapshot.taken_at, snapshot)
    snapshot.explained_count = snapshot.events.exclude(explanation="").count()
    confirmed.update(presence=Ad.Presence.REMOVED)
    if snapshot.removed_count:
        alerts.tell(
            kind=Alert.Kind.REMOVED,
            source=snapshot.source,
            key=f"removed:{snapshot.pk}",
            at=snapshot.taken_at,
            count=snapshot.removed_count,
        )


def _note_events(
    ads: QuerySet[Ad], kind: PresenceEvent.Kind, at: datetime, snapshot: LibrarySnapshot | None
) -> int:
    """One event an ad; gives how many."""
    count = 0
    chosen = ads.select_related("source").order_by("pk").iterator(chunk_size=_EVENTS_AT_ONCE)
    while batch := list(islice(chosen, _EVENTS_AT_ONCE)):
        events = [
            PresenceEvent(
                ad=ad,
                source=ad.source,
                snapshot=snapshot,
                kind=kind,
                at=at,
                explanation=explanation_of(ad) if kind == PresenceEvent.Kind.REMOVED else "",
            )
            for ad in batch
        ]
        PresenceEvent.objects.bulk_create(events, ignore_conflicts=True)
        count += len(events)
    return count


def explanation_of(ad: Ad) -> str:
    """Whether what the platform announces accounts for the absence of an ad that is missing."""
    source, stopped = ad.source, ad.stopped_on
    if stopped is None:
        return ""
    is_past_retention = source.retention_days is not None and (
        stopped + timedelta(days=source.retention_days) <= (ad.missing_since or ad.last_seen_at)
    )
    is_purged = source.purged_before is not None and stopped.date() <= source.purged_before
    return PresenceEvent.Explanation.RETENTION.value if is_past_retention or is_purged else ""


def _hand_on(snapshot: LibrarySnapshot) -> None:
    """What follows an import: the queue at once, the search, the rules and the pictures by the workers."""
    from political_ads import library_tasks

    if snapshot.of_totals:
        return
    queueing.enqueue_new()
    send_after_commit(library_tasks.follow_up, snapshot.pk)
