"""Nightly care of the archives."""

import logging
import shutil
from pathlib import Path

from disinfo.celery import send_after_commit
from disinfo.leases import lease
from terms_tracker import archives
from terms_tracker.archive import Archive
from terms_tracker.models import Collection

logger = logging.getLogger(__name__)
_LONGEST_SECONDS = 3600


def maintain_archives() -> None:
    """Have every archive looked after, each by a task of its own: packing a large one takes minutes."""
    from terms_tracker import tasks

    for collection in Collection.objects.all():
        for kind in (archives.SNAPSHOTS, archives.VERSIONS):
            send_after_commit(tasks.maintain_archive, collection.pk, kind)


def maintain_archive(*, collection: Collection, kind: str) -> str:
    """Pack one archive and read every object of it; gives what is damaged, in words, and logs it."""
    with lease(f"terms-maintain:{collection.pk}:{kind}", seconds=_LONGEST_SECONDS) as held:
        if not held:
            return ""
        archive = archives.archive_of(collection, kind)
        archive.maintain()
        health = archive.fsck()
    if health.is_sound:
        return ""
    logger.critical(
        "archive damaged", extra={"collection": collection.key, "kind": kind, "seen": health.report}
    )
    return f"{collection.key}/{kind}: {health.report}"


def back_up(folder: Path) -> None:
    """Write every archive that has commits as one git bundle."""
    for collection in Collection.objects.all():
        for kind in (archives.SNAPSHOTS, archives.VERSIONS):
            archive = archives.archive_of(collection, kind)
            if archive.head():
                archive.bundle(folder / f"{collection.key}.{kind}.bundle")


def restore(folder: Path) -> None:
    """Make the archives of the collections (already in the database) anew from their bundles."""
    for collection in Collection.objects.all():
        for kind in (archives.SNAPSHOTS, archives.VERSIONS):
            archives.archive_of(collection, kind).close()
            shutil.rmtree(collection.archive_path(kind), ignore_errors=True)
            bundle = folder / f"{collection.key}.{kind}.bundle"
            if bundle.exists():
                Archive.restore_bundle(bundle, collection.archive_path(kind)).close()
    archives.forget_opened()
