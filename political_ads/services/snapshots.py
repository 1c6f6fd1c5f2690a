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
    """The snapshot to write to: one that a killed import left, one of that moment that is not complete, or a new one.

    What an incomplete look at the same moment saw was seen, and it took nothing away: a better file goes on with it.
    Raises ImportRefusedError when the source is closed, or has a later snapshot.
    """
    mine = source.snapshots.filter(of_totals=of_totals)
    left = mine.filter(file_sha256=digest, status=LibrarySnapshot.Status.RUNNING, taken_at=taken_at).first()
    if left:
        return left
    if source.is_closed_since and source.is_closed_since <= taken_at:
        raise ImportRefusedError("This library is closed since before that date.")
    doubtful = mine.filter(taken_at=taken_at, of_totals=False).exclude(status=LibrarySnapshot.Status.COMPLETE)
    later = mine.filter(taken_at__gte=taken_at).exclude(pk__in=doubtful.values("pk"))
    if last := later.order_by("taken_at").last():
        raise ImportRefusedError(
            f"There is a snapshot of {last.taken_at:%Y-%m-%d %H:%M} UTC: import in the order of time, with --taken-at."
        )
    if anew := doubtful.first():
        return _anew(anew, digest)
    return LibrarySnapshot.objects.create(
        source=source, taken_at=taken_at, file_sha256=digest, of_totals=of_totals
    )


def _anew(snapshot: LibrarySnapshot, digest: str) -> LibrarySnapshot:
    """Read another file into it from the first row; ads it holds already are not counted twice."""
    snapshot.status, snapshot.file_sha256 = LibrarySnapshot.Status.RUNNING, digest
    snapshot.rows_done = snapshot.refused_count = 0
    snapshot.refusals, snapshot.reasons, snapshot.finished_at = [], [], None
    snapshot.save()
    return snapshot


def note_refusals(snapshot: LibrarySnapshot, refused: Iterable[Refused]) -> None:
    """Count the refused rows on a snapshot, and keep the first ones with their reasons."""
    for each in refused:
        snapshot.refused_count += 1
        if len(snapshot.refusals) < _REFUSALS_KEPT:
            snapshot.refusals.append([each.line, each.reason])
