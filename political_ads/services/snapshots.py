"""The row of a look at a library: begun, and the rows it refused counted on it."""

from collections.abc import Iterable
from datetime import datetime

from political_ads.models import LibrarySnapshot, Source
from political_ads.sources import Refused

_REFUSALS_KEPT = 200


class ImportRefusedError(ValueError):
    """What was asked cannot be imported; the message says what to do."""


def open_snapshot(
    *, source: Source, taken_at: datetime, digest: str, of_totals: bool = False
) -> LibrarySnapshot:
    """The snapshot to write to: the one that a killed import left, or a new one.

    Raises ImportRefusedError when the source is closed, or has a later snapshot.
    """
    mine = source.snapshots.filter(of_totals=of_totals)
    left = mine.filter(file_sha256=digest, status=LibrarySnapshot.Status.RUNNING, taken_at=taken_at).first()
    if left:
        return left
    if source.is_closed_since and source.is_closed_since <= taken_at:
        raise ImportRefusedError("This library is closed since before that date.")
    if later := mine.filter(taken_at__gte=taken_at).order_by("taken_at").last():
        raise ImportRefusedError(
            f"There is a snapshot of {later.taken_at:%Y-%m-%d %H:%M} UTC: import in the order of time, with --taken-at."
        )
    return LibrarySnapshot.objects.create(
        source=source, taken_at=taken_at, file_sha256=digest, of_totals=of_totals
    )


def note_refusals(snapshot: LibrarySnapshot, refused: Iterable[Refused]) -> None:
    """Count the refused rows on a snapshot, and keep the first ones with their reasons."""
    for each in refused:
        snapshot.refused_count += 1
        if len(snapshot.refusals) < _REFUSALS_KEPT:
            snapshot.refusals.append([each.line, each.reason])
