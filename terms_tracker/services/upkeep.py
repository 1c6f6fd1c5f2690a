"""Nightly care of the archives."""

import logging

from disinfo.leases import lease
from terms_tracker import archives
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
                archive = archives.archive_of(collection, kind)
                archive.maintain()
                health = archive.fsck()
            if not health.is_sound:
                damage.append(f"{collection.key}/{kind}: {health}")
                logger.critical("archive damaged", extra={"collection": collection.key, "kind": kind, "seen": str(health)})
    return damage
