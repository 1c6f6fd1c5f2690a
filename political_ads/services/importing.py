"""From a file or an interface to a library snapshot: read, written batch by batch, judged at the end.

Each batch is one transaction that also says how far it came, so an import that was killed goes on from there, and the
same file twice changes nothing.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from disinfo.leases import Hold, lease
from political_ads.models import LibrarySnapshot, Source
from political_ads.services import batches, finishing, totals
from political_ads.services.snapshots import ImportRefusedError, note_refusals, open_snapshot
from political_ads.sources import (
    AdRecord,
    Record,
    Refused,
    SourceFileError,
    parser_of,
    records_of,
    rows_of,
)

_LEASE_SECONDS = 120
_CHUNK_BYTES = 1 << 20

Progress = Callable[[int], None]


@dataclass
class Imported:
    """What an import came to; `is_known` when the same file had been imported before."""

    snapshots: list[LibrarySnapshot] = field(default_factory=list)
    is_known: bool = False


def import_file(
    *,
    source: Source,
    path: Path,
    taken_at: datetime | None = None,
    on_progress: Progress = lambda _rows: None,
) -> Imported:
    """Import a file as what `source` held at `taken_at` (by default when the file was written).

    Raises SourceFileError for a file that cannot be read, ImportRefusedError when the source is being imported, is
    closed, or has a later snapshot.
    """
    _check_is_there(path)
    digest = sha256_of(path)
    known = source.snapshots.filter(file_sha256=digest).exclude(status=LibrarySnapshot.Status.RUNNING)
    if known_before := list(known.filter(taken_at=taken_at) if taken_at else known):
        return Imported(known_before, is_known=True)
    moment = taken_at or datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).replace(microsecond=0)
    parse = parser_of(source.format, source.column_map)
    records = records_of(rows_of(path), parse)
    with lease(f"ads-import:{source.pk}", seconds=_LEASE_SECONDS) as held:
        if not held:
            raise ImportRefusedError("This source is being imported by another process.")
        if source.format == Source.Format.TOTALS:
            found = totals.import_days(
                source=source,
                records=records,
                moment=moment,
                digest=digest,
                held=held,
                on_progress=on_progress,
            )
            return Imported(found)
        return Imported(
            [
                import_records(
                    source=source,
                    records=records,
                    taken_at=moment,
                    digest=digest,
                    held=held,
                    on_progress=on_progress,
                )
            ]
        )


def import_records(
    *,
    source: Source,
    records: Iterable[Record | Refused],
    taken_at: datetime,
    digest: str,
    held: Hold,
    is_walked: Callable[[], bool] = lambda: True,
    on_progress: Progress = lambda _rows: None,
) -> LibrarySnapshot:
    """Write the ads of one look, then judge it. `is_walked` is asked at the end whether all of it was read.

    Raises SourceFileError when the records break off: what was written by then is a partial look.
    """
    snapshot = open_snapshot(source=source, taken_at=taken_at, digest=digest)
    writer = batches.BatchWriter(snapshot)
    rest = islice(records, snapshot.rows_done, None)
    try:
        while batch := list(islice(rest, batches.SIZE)):
            _write_batch(snapshot, writer, batch)
            on_progress(snapshot.rows_done)
            if not held.renew():
                raise ImportRefusedError("Another process took this import over.")
    except SourceFileError:
        _leave(snapshot)
        raise
    return finishing.finish(snapshot=snapshot, is_walked=is_walked())


def _leave(snapshot: LibrarySnapshot) -> None:
    """The same file would break off again: it is not waited for."""
    if snapshot.rows_done or snapshot.seen_count:
        finishing.finish(snapshot=snapshot, is_walked=False)
    else:
        snapshot.delete()


@transaction.atomic
def _write_batch(
    snapshot: LibrarySnapshot, writer: batches.BatchWriter, batch: list[Record | Refused]
) -> None:
    refused = [each for each in batch if isinstance(each, Refused)]
    written = writer.write(each for each in batch if isinstance(each, AdRecord))
    snapshot.rows_done += len(batch)
    snapshot.seen_count += written.seen
    snapshot.added_count += written.added
    snapshot.changed_count += written.changed
    snapshot.reappeared_count += written.reappeared
    note_refusals(snapshot, refused)
    snapshot.save()


def _check_is_there(path: Path) -> None:
    if not path.is_file():
        raise SourceFileError(f"There is no file {path.name}.")


def check_readable(*, path: Path, format_name: str) -> None:
    """Read a file up to its first ad, so that no source is made for one that holds none in this format.

    Raises SourceFileError with why its first row is not one.
    """
    _check_is_there(path)
    first = None
    for record in records_of(rows_of(path), parser_of(format_name)):
        if not isinstance(record, Refused):
            return
        first = first or record
    why = f" (line {first.line}: {first.reason})" if first else ""
    raise SourceFileError(
        f"Not one row can be read as {format_name}{why}. Say another --format; for a table with columns of its own, "
        "first make the source in the administration, with its map of columns."
    )


def sha256_of(path: Path) -> str:
    """Of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()
