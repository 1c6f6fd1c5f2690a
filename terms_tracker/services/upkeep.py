"""Nightly care of the archives."""

import logging
import shutil
from pathlib import Path

from disinfo.leases import lease
from terms_tracker import archives
from terms_tracker.archive import Archive, ArchiveError
from terms_tracker.models import Collection

logger = logging.getLogger(__name__)
_HOURS = 3600


def maintain_archives() -> list[str]:
    """Pack every archive and read every object of it; gives what is damaged, in words, and logs it."""
    damage = []
    for collection in Collection.objects.all():
        for kind in (archives.SNAPSHOTS, archives.VERSIONS):
            with lease(f"terms-maintain:{collection.pk}:{kind}", seconds=4 * _HOURS) as held:
                if not held:
                    continue
                seen = _damage_of(collection, kind)
            if seen:
                damage.append(f"{collection.key}/{kind}: {seen}")
                logger.critical(
                    "archive damaged", extra={"collection": collection.key, "kind": kind, "seen": seen}
                )
    return damage


def _damage_of(collection: Collection, kind: str) -> str:
    """What is wrong with one archive once it is packed; one that cannot even be packed does not stop the others."""
    archive = archives.archive_of(collection, kind)
    try:
        archive.maintain()
        health = archive.fsck()
    except ArchiveError as error:
        return str(error) or type(error).__name__
    return "" if health.is_sound else str(health)


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
