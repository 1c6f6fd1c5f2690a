"""A collection's versions as one file, in the layout of Open Terms Archive's datasets: a text a version, by date.

Made each week by the workers for public collections, with its checksum; written beside and put in place when whole.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from disinfo.leases import lease
from terms_tracker import archives
from terms_tracker.models import Collection

_KEPT = 4
_LEASE_SECONDS = 3600
_PIECE = 1 << 20
_LICENCE = (
    "The database is made available under the Open Database License (ODbL) 1.0:\n"
    "https://opendatacommons.org/licenses/odbl/1-0/\n"
    "The texts in it are those of the services that published them.\n"
)


@dataclass(frozen=True)
class Dataset:
    """A file of a collection: its path, when it was made, its size in bytes, its SHA-256."""

    path: Path
    made_at: datetime
    size: int
    sha256: str


def write_all() -> int:
    """Write the datasets of the public collections; gives how many. One worker at a time."""
    written = 0
    with lease("terms-datasets", seconds=_LEASE_SECONDS) as held:
        if not held:
            return 0
        for collection in Collection.objects.filter(is_public=True):
            if archives.archive_of(collection, archives.VERSIONS).head():
                write(collection=collection)
                written += 1
            held.renew()
    return written


def write(*, collection: Collection, folder: Path | None = None) -> Path:
    """Write today's dataset of a collection, and forget all but the last four."""
    root = folder or _folder(collection)
    root.mkdir(parents=True, exist_ok=True)
    target = root / f"{collection.key}-{timezone.now():%Y-%m-%d}.zip"
    partial = target.with_suffix(".partial")
    try:
        _write(partial, collection)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    target.with_suffix(".zip.sha256").write_text(f"{_sha256(target)}  {target.name}\n")
    if not folder:
        _forget_old(root)
    return target


def datasets_of(collection: Collection) -> list[Dataset]:
    """Those that are kept, the newest first."""
    found = []
    for path in sorted(_folder(collection).glob("*.zip"), reverse=True):
        sums = path.with_suffix(".zip.sha256")
        if sums.exists():
            stat = path.stat()
            made = datetime.fromtimestamp(stat.st_mtime, tz=UTC)
            found.append(Dataset(path, made, stat.st_size, sums.read_text().split()[0]))
    return found


def _folder(collection: Collection) -> Path:
    return Path(settings.OPEN_DATA_DIR) / "terms" / collection.key


def _write(path: Path, collection: Collection) -> None:
    """Service/Type/date.md for every version, the oldest first, technical upgrades included."""
    archive = archives.archive_of(collection, archives.VERSIONS)
    names: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for record in archive.log():
            stem = f"{record.service}/{record.terms_type}/{record.fetched_at:%Y-%m-%dT%H-%M-%SZ}"
            # A change and an upgrade may be of one second.
            number = names[stem] = names.get(stem, 0) + 1
            name = f"{stem}.md" if number == 1 else f"{stem}-{number}.md"
            file.writestr(name, archive.blob(record.blob))
        about = {"collection": collection, "versions": len(names), "made_at": timezone.now()}
        file.writestr("README.md", render_to_string("terms_tracker/dataset_readme.md", about))
        file.writestr("LICENSE", _LICENCE)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _forget_old(root: Path) -> None:
    for path in sorted(root.glob("*.zip"), reverse=True)[_KEPT:]:
        path.unlink()
        path.with_suffix(".zip.sha256").unlink(missing_ok=True)
