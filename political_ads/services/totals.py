"""Totals that libraries announce by advertiser: imported day by day, and replayed through the rules of presence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from django.db import transaction

from disinfo.leases import Hold
from political_ads import presence
from political_ads.models import AdvertiserTotal, LibrarySnapshot, Source
from political_ads.services import batches, finishing
from political_ads.services.snapshots import note_refusals, open_snapshot
from political_ads.sources import Record, Refused, TotalRecord


def import_days(
    *,
    source: Source,
    records: Iterable[Record | Refused],
    moment: datetime,
    digest: str,
    held: Hold,
    on_progress: Callable[[int], None],
) -> list[LibrarySnapshot]:
    """One snapshot of totals for each day in the file; `moment` is the day of rows that give none.

    Raises ImportRefusedError as `open_snapshot` does.
    """
    snapshots, done = [], 0
    for day, rows in groupby(_dated(records, moment), key=lambda pair: pair[0]):
        batch = [row for _day, row in rows]
        snapshots.append(_import_day(source, day, batch, digest))
        done += len(batch)
        on_progress(done)
        held.renew()
    return snapshots


def _dated(
    records: Iterable[Record | Refused], moment: datetime
) -> Iterator[tuple[datetime, Record | Refused]]:
    """Each row with its day; a refused one goes with the row before it."""
    day = moment
    for record in records:
        if isinstance(record, TotalRecord):
            day = record.day or moment
        yield day, record


@transaction.atomic
def _import_day(source: Source, day: datetime, rows: list[Record | Refused], digest: str) -> LibrarySnapshot:
    known = source.snapshots.filter(of_totals=True, taken_at=day, file_sha256=digest).first()
    if known:
        return known
    snapshot = open_snapshot(source=source, taken_at=day, digest=digest, of_totals=True)
    found = [row for row in rows if isinstance(row, TotalRecord)]
    note_refusals(snapshot, [row for row in rows if isinstance(row, Refused)])
    names = {row.advertiser_id: row.advertiser_name for row in found}
    keys = batches.advertiser_keys(source.platform, names, {}, at=day)
    AdvertiserTotal.objects.bulk_create(
        [
            AdvertiserTotal(
                snapshot=snapshot,
                advertiser_id=keys[row.advertiser_id],
                payer=row.payer,
                ads_count=row.ads_count,
                currency=row.currency,
                spend_low=row.spend[0],
                spend_high=row.spend[1],
            )
            for row in _summed(found)
        ],
        batch_size=batches.SIZE,
    )
    snapshot.rows_done, snapshot.seen_count = len(rows), sum(row.ads_count for row in found)
    snapshot.save()
    return finishing.finish(snapshot=snapshot, is_walked=True)


def _summed(rows: Iterable[TotalRecord]) -> list[TotalRecord]:
    """One row for each advertiser and payer: of two, the larger (reports repeat a page under two spellings)."""
    kept: dict[tuple[str, str], TotalRecord] = {}
    for row in rows:
        key = (row.advertiser_id, row.payer)
        if key not in kept or row.ads_count > kept[key].ads_count:
            kept[key] = row
    return list(kept.values())


@dataclass(frozen=True)
class Replay:
    """What the rules of presence say of the advertisers in a series of totals.

    Attributes:
        absences: how often an advertiser was not in a snapshot though it had been in the one before, naively.
        removed: advertisers that two complete snapshots, 48 hours apart or more, did not hold.
        quarantined: snapshots that were not believed.
    """

    snapshots: int
    advertisers: int
    absences: int
    removed: int
    quarantined: int


def replay(source: Source) -> Replay:
    """Replay all totals of a source through the same rules as single ads."""
    snapshots = list(source.snapshots.filter(of_totals=True).order_by("taken_at"))
    looks = [
        presence.Look(
            at=snapshot.taken_at,
            keys={str(key) for key in snapshot.totals.order_by().values_list("advertiser_id", flat=True)},
            is_complete=snapshot.status == LibrarySnapshot.Status.COMPLETE,
        )
        for snapshot in snapshots
    ]
    states, events = presence.replay(looks)
    absences = sum(len(set(before.keys) - set(after.keys)) for before, after in pairwise(looks))
    return Replay(
        snapshots=len(looks),
        advertisers=len(states),
        absences=absences,
        removed=sum(event.change is presence.Change.REMOVED for event in events),
        quarantined=sum(not look.is_complete for look in looks),
    )
