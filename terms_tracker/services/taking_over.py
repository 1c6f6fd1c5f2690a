"""Taking over archives that exist: an Open Terms Archive repository becomes a collection, and may go on growing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.text import slugify

from disinfo.accounts import audit
from disinfo.accounts.models import User
from terms_tracker import archives, metadata
from terms_tracker.archive import ArchiveError, Record, newest_record
from terms_tracker.archive.names import MARKDOWN
from terms_tracker.models import Collection
from terms_tracker.services import declarations, indexing

Progress = Callable[[str, int], None]


@dataclass
class TakenOver:
    """What an import came to: records by archive, and what was refused of the declarations."""

    records: dict[str, int] = field(default_factory=dict)
    report: declarations.Report | None = None


def collection_for(*, key: str, described: metadata.Metadata | None) -> Collection:
    """The collection of this key, made when it is new, brought up to date from its metadata when there are any.

    Raises:
        ValidationError: the key cannot be one.
    """
    collection = Collection.objects.filter(key=key).first() or Collection(key=key, name=key)
    if described:
        collection.name, collection.description = described.name, described.description
        collection.languages = list(described.languages)
        collection.jurisdictions = list(described.jurisdictions)
        collection.metadata = {"id": described.id, "tagline": described.tagline, **described.others}
    collection.full_clean()
    collection.save()
    return collection


def forget_new(collection: Collection) -> None:
    """Undo the making of a collection whose import failed before anything came; again, it starts anew."""
    if not collection.services.exists():
        collection.delete()


def key_of(path: Path, described: metadata.Metadata | None) -> str:
    """A key for a collection without one: its own identifier, or the name of its folder without "-versions"."""
    name = described.id if described else path.resolve().name.removesuffix(".git").removesuffix("-versions")
    return slugify(name)[:60] or "imported"


def check_sources(*, versions: Path, snapshots: Path | None = None, declared: Path | None = None) -> None:
    """See, before anything is made of them, that what is to be imported is there.

    Raises:
        ArchiveError: a path is no repository, holds no records, or holds those of the other kind.
        NotADirectoryError: there is no folder of declarations.
    """
    if _record_of(versions).place.extension != MARKDOWN:
        raise ArchiveError(f"{versions} holds documents as they were fetched: give it with --snapshots")
    # What is said to come from a snapshot is none.
    if snapshots and _record_of(snapshots).snapshot_ids:
        raise ArchiveError(f"{snapshots} holds versions, not snapshots")
    if declared and not declared.is_dir():
        raise NotADirectoryError(f"{declared} is not a folder")


def _record_of(source: Path) -> Record:
    found = newest_record(source)
    if found is None:
        raise ArchiveError(f"{source} holds no record of terms: is it the right repository?")
    return found


def take_over(
    *,
    collection: Collection,
    versions: Path,
    snapshots: Path | None = None,
    declared: Path | None = None,
    actor: User | None = None,
    on_progress: Progress = lambda _what, _count: None,
) -> TakenOver:
    """Import repositories into a collection; again, when they have grown, it imports what is new and tells of it.

    Commits keep their names. What was there at the first import is indexed without telling anybody.

    Raises:
        HistoryRewrittenError: the collection holds records of its own.
        ArchiveError: a repository cannot be read.
    """
    done = TakenOver()
    # Snapshots first: a version's page links to them.
    for kind, source in ((archives.SNAPSHOTS, snapshots), (archives.VERSIONS, versions)):
        if source:
            done.records[kind] = _adopt(collection, kind, source, on_progress)
    if declared:
        done.report = declarations.import_folder(
            collection=collection, folder=declared, actor=actor, is_active=False
        )
    audit.record("terms.archive_imported", actor=actor, on=collection, records=done.records)
    return done


def _adopt(collection: Collection, kind: str, source: Path, on_progress: Progress) -> int:
    archive = archives.archive_of(collection, kind)
    was_empty = archive.head() is None
    archive.adopt(source)
    # An import that was killed after the commits came and before their rows did is made up for here.
    is_unindexed = not getattr(collection, f"{kind}_indexed")
    if was_empty or is_unindexed:
        return indexing.reindex(collection, kind, on_progress=lambda count: on_progress(kind, count))
    return indexing.catch_up_with(collection, kind)
