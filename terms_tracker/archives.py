"""The archives of a collection, opened once a process."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from terms_tracker.archive import Archive
from terms_tracker.models import Collection, Snapshot, Version

SNAPSHOTS, VERSIONS = "snapshots", "versions"


@lru_cache(maxsize=256)
def _opened(path: Path) -> Archive:
    archive = Archive(path, snapshot_template=f"{settings.SITE_URL}/terms/snapshot/%SNAPSHOT_ID")
    archive.init()
    return archive


def archive_of(collection: Collection, kind: str) -> Archive:
    """The collection's archive of snapshots or of versions, made at the first call."""
    return _opened(collection.archive_path(kind))


def forget_opened() -> None:
    """Open every archive anew: what is on the disk has been replaced."""
    _opened.cache_clear()


def text_of(version: Version) -> str:
    """The Markdown of a version.

    Raises UnknownObjectError when the archive does not hold it any more.
    """
    archive = archive_of(version.terms.service.collection, VERSIONS)
    content = archive.blob(version.blob) if version.blob else archive.read(version.commit, version.path)
    return content.decode("utf-8", errors="replace")


def content_of(snapshot: Snapshot) -> bytes:
    """A document as it was fetched."""
    archive = archive_of(snapshot.terms.service.collection, SNAPSHOTS)
    return archive.read(snapshot.commit, snapshot.path)
