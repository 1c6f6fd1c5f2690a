"""What goes into an archive and what comes out of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from terms_tracker.archive.errors import InvalidEntryError
from terms_tracker.archive.names import MARKDOWN, Place, check_place


class Kind(StrEnum):
    """Why something was recorded."""

    FIRST = "first"
    CHANGE = "change"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to record: a snapshot, or a version (then with the ids of its snapshots).

    Args:
        service: id of the service.
        terms_type: type of the terms.
        content: what was fetched or extracted; text is stored as UTF-8; never empty.
        fetched_at: when the document was fetched, with its time zone; kept to the second.
        extension: format, see `extension_for`; `md` is a version.
        document_id: only when the terms are made of several source documents, and never for a version.
        snapshot_ids: for a version, the commits of the snapshots it was extracted from.
        source_documents: of how many documents the terms are made, when not as many as snapshots.
        is_upgrade: the text changed because the extraction did, not the service.
        metadata: trailers of the commit, such as `X-engine-version`; empty values are left out.
    """

    service: str
    terms_type: str
    content: bytes | str
    fetched_at: datetime
    extension: str = MARKDOWN
    document_id: str | None = None
    snapshot_ids: tuple[str, ...] = ()
    source_documents: int | None = None
    is_upgrade: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Where it will lie."""
        return Place(self.service, self.terms_type, self.document_id, self.extension)

    @property
    def data(self) -> bytes:
        """The bytes that will be stored."""
        return self.content if isinstance(self.content, bytes) else self.content.encode()

    @property
    def timestamp(self) -> int:
        """The fetch date in seconds since 1970, as git keeps it."""
        return int(self.fetched_at.timestamp())

    def check(self) -> None:
        """Refuse what may not be recorded.

        Raises:
            InvalidEntryError: saying what is wrong.
        """
        check_place(self.place)
        if self.fetched_at.tzinfo is None or self.timestamp < 0:
            raise InvalidEntryError(f"fetch date {self.fetched_at} has no time zone or is before 1970")
        if not self.content:
            raise InvalidEntryError("there is no content to record")
        if isinstance(self.content, str) and not _is_encodable(self.content):
            raise InvalidEntryError("the text holds characters that UTF-8 cannot write")


@dataclass(frozen=True, slots=True)
class Record:
    """One commit of an archive that records a document.

    `trailers` have lower-case keys, as Open Terms Archive reads them. `parent` is None for the first commit.
    """

    sha: str
    parent: str | None
    kind: Kind
    place: Place
    blob: str
    fetched_at: datetime
    snapshot_ids: tuple[str, ...] = ()
    trailers: Mapping[str, str] = field(default_factory=dict)

    @property
    def service(self) -> str:
        """Id of the service."""
        return self.place.service

    @property
    def terms_type(self) -> str:
        """Type of the terms."""
        return self.place.terms_type

    @property
    def document_id(self) -> str | None:
        """Id of the source document, when the terms are made of several."""
        return self.place.document_id

    @property
    def path(self) -> str:
        """Path of the recorded file in the archive."""
        return self.place.path


def blob_id(data: bytes) -> str:
    """Give the id under which git stores these bytes (SHA-1 of `blob <size> NUL <bytes>`)."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def from_timestamp(seconds: int) -> datetime:
    """Give the date of a commit, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
