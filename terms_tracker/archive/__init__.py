"""The git archive of terms: snapshots and versions, as Open Terms Archive keeps them."""

from terms_tracker.archive.adoption import newest_record
from terms_tracker.archive.bulk import ImportResult
from terms_tracker.archive.errors import (
    ArchiveBusyError,
    ArchiveError,
    HistoryRewrittenError,
    InvalidEntryError,
    UnknownObjectError,
)
from terms_tracker.archive.names import Place, extension_for
from terms_tracker.archive.records import Entry, Kind, Record, blob_id
from terms_tracker.archive.repository import Archive
from terms_tracker.archive.signature import Signature
from terms_tracker.archive.upkeep import Health

__all__ = [
    "Archive",
    "ArchiveBusyError",
    "ArchiveError",
    "Entry",
    "Health",
    "HistoryRewrittenError",
    "ImportResult",
    "InvalidEntryError",
    "Kind",
    "Place",
    "Record",
    "Signature",
    "UnknownObjectError",
    "blob_id",
    "extension_for",
    "newest_record",
]
