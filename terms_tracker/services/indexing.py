"""From the archives to rows. Git is the truth: every row here can be made again from it.

A recording writes to git first. Should the process die before its rows are written, the next sweep finds commits
after the last indexed one and makes their rows (and tells who is to be told), so nothing is lost or told twice.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.utils.text import slugify

from disinfo import outbox, search
from disinfo.portal.models import Counter
from terms_tracker import archives
from terms_tracker.archive import ArchiveError, HistoryRewrittenError, Record
from terms_tracker.models import Collection, Service, Snapshot, SourceDocument, Terms, Version
from terms_tracker.services import classifying, topics

T = TypeVar("T")
logger = logging.getLogger(__name__)

# Comparing each version with the one before takes time: a few lost rows are done fully, a whole history is not.
_MOST_COMPARED = 200
_TOOL = "terms"
_BATCH = 1000


def terms_for(collection: Collection, service_key: str, terms_type: str) -> Terms:
    """The terms that a record belongs to; made, without a declaration, when the collection does not declare it."""
    service = Service.objects.filter(collection=collection, key=service_key).first()
    if service is None:
        slug = free_slug(service_key, Service.objects.filter(collection=collection))
        service, _new = Service.objects.get_or_create(
            collection=collection, key=service_key, defaults={"name": service_key, "slug": slug}
        )
    terms = Terms.objects.filter(service=service, type=terms_type).first()
    if terms is None:
        slug = free_slug(terms_type, Terms.objects.filter(service=service))
        terms, _new = Terms.objects.get_or_create(
            service=service, type=terms_type, defaults={"slug": slug, "is_active": False}
        )
    return terms


def free_slug(name: str, taken: Any) -> str:
    """A short name for addresses that none of `taken` has: x-twitter, then x-twitter-2, and so on."""
    base = slugify(name)[:120] or "x"
    used = set(taken.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(used) + 2))
    return next(candidate for candidate in candidates if candidate not in used)


@transaction.atomic
def add_snapshot(terms: Terms, record: Record) -> Snapshot:
    """The row of a recorded snapshot; a new one is what its source document is from now on read from."""
    document_id = record.document_id or ""
    # Taken first: a sweep that makes up for a killed worker and the next check must not overtake each other here.
    documents = SourceDocument.objects.select_for_update().filter(terms=terms, document_id=document_id)
    keys = list(documents.values_list("pk", flat=True))
    snapshot, is_new = Snapshot.objects.get_or_create(
        terms=terms, commit=record.sha, defaults={"document_id": document_id, **_common(record)}
    )
    if is_new:
        latest = terms.snapshots.filter(document_id=document_id).first()
        SourceDocument.objects.filter(pk__in=keys).update(snapshot=latest)
    _advance(terms.service.collection, archives.SNAPSHOTS, record)
    return snapshot


def add_version(terms: Terms, record: Record, text: str, *, is_told: bool = True) -> Version:
    """The row of a recorded version; makes it findable and, for a change, tells who follows it."""
    # Read and compared before the transaction opens: SQLite lets one process write at a time.
    before = terms.versions.filter(fetched_at__lte=record.fetched_at).exclude(commit=record.sha).first()
    was = archives.text_of(before) if before else None
    earlier = terms.versions.filter(fetched_at__lte=record.fetched_at).exclude(commit=record.sha)
    seen = set(earlier.exclude(pk=before.pk).values_list("blob", flat=True)) if before else set()
    described = classifying.describe(
        terms, kind=record.kind.value, before=was, after=text, seen=seen, matcher=topics.matcher()
    )
    return _add_version(terms, record, text, described, is_told=is_told)


@transaction.atomic
def _add_version(
    terms: Terms, record: Record, text: str, described: dict[str, Any], *, is_told: bool
) -> Version:
    named = described.pop("topics")
    version, is_new = Version.objects.get_or_create(
        terms=terms,
        commit=record.sha,
        defaults={
            **_common(record),
            "snapshot_commits": list(record.snapshot_ids),
            **described,
        },
    )
    _advance(terms.service.collection, archives.VERSIONS, record)
    if is_new:
        version.topics.set(named)
        _date_last_change(terms)
        if terms.versions.first() == version:
            _make_findable(terms, version, text)
        if is_told and version.kind == Version.Kind.CHANGE:
            _tell(terms, version)
    return version


def _common(record: Record) -> dict[str, Any]:
    return {
        "path": record.path,
        "kind": record.kind.value,
        "fetched_at": record.fetched_at,
        "metadata": dict(record.trailers),
    }


def _advance(collection: Collection, kind: str, record: Record) -> None:
    """Note that everything up to this record is indexed, if everything before it was."""
    field = f"{kind}_indexed"
    Collection.objects.filter(pk=collection.pk, **{field: record.parent or ""}).update(**{field: record.sha})


def _date_last_change(terms: Terms) -> None:
    """A technical upgrade is our doing: it changes nothing of what the service says."""
    last = terms.versions.exclude(kind=Version.Kind.UPGRADE).first()
    terms.last_change_at = last.fetched_at if last else None
    Terms.objects.filter(pk=terms.pk).update(last_change_at=terms.last_change_at)


def _make_findable(terms: Terms, latest: Version, text: str) -> None:
    collection = terms.service.collection
    if _is_nobodys(collection):
        search.remove(tool=_TOOL, key=str(terms.pk))
        return
    search.put(
        tool=_TOOL,
        key=str(terms.pk),
        kind="terms",
        url=terms.get_absolute_url(),
        title=str(terms),
        body=text,
        date=latest.fetched_at,
        organisation=None if collection.is_public else collection.organisation,
    )


def _is_nobodys(collection: Collection) -> bool:
    """Neither public nor an organisation's: open to administrators of the portal only."""
    return not collection.is_public and collection.organisation_id is None


def refresh_search(collection: Collection) -> None:
    """Make what the collection holds findable by those who may read it now, and by nobody else."""
    for terms in Terms.objects.filter(service__collection=collection).select_related("service"):
        terms.service.collection = collection
        if latest := terms.versions.first():
            try:
                _make_findable(terms, latest, archives.text_of(latest))
            except ArchiveError:
                # A damaged archive must not keep a collection from being closed.
                logger.exception("taken out of the search", extra={"terms": str(terms)})
                search.remove(tool=_TOOL, key=str(terms.pk))


def _tell(terms: Terms, version: Version) -> None:
    collection = terms.service.collection
    if _is_nobodys(collection):
        return
    if collection.is_public:
        Counter.add("terms.changes")
    data = {
        "collection": collection.key,
        "service": terms.service.name,
        "terms_type": terms.type,
        "commit": version.commit,
        "fetched_at": version.fetched_at.isoformat(),
        "words_added": version.words_added,
        "words_removed": version.words_removed,
        "url": version.get_change_url(),
    }
    owner = None if collection.is_public else collection.organisation_id
    outbox.put_event(
        "terms.change", data, key=f"terms.change:{collection.pk}:{version.commit}", organisation_id=owner
    )


def catch_up(collection: Collection) -> int:
    """Make the rows of the commits that no row knows of yet; gives how many there were."""
    collection.refresh_from_db(fields=["snapshots_indexed", "versions_indexed"])
    return catch_up_with(collection, archives.SNAPSHOTS) + catch_up_with(collection, archives.VERSIONS)


def _recover_version(terms: Terms, record: Record) -> None:
    archive = archives.archive_of(terms.service.collection, archives.VERSIONS)
    add_version(terms, record, archive.read(record.sha, record.path).decode("utf-8", errors="replace"))


def catch_up_with(collection: Collection, kind: str) -> int:
    """The same for one of its archives."""
    recover: Callable[[Terms, Record], object] = (
        add_snapshot if kind == archives.SNAPSHOTS else _recover_version
    )
    archive = archives.archive_of(collection, kind)
    indexed = getattr(collection, f"{kind}_indexed")
    if archive.head() == (indexed or None):
        return 0
    try:
        missing = list(islice(archive.log(since=indexed or None), _MOST_COMPARED + 1))
    except HistoryRewrittenError:
        logger.warning(
            "archive rewritten, indexing it anew", extra={"collection": collection.key, "kind": kind}
        )
        return reindex(collection, kind)
    if len(missing) > _MOST_COMPARED:
        return reindex(collection, kind)
    for record in missing:
        recover(terms_for(collection, record.service, record.terms_type), record)
    return len(missing)


def reindex(
    collection: Collection, kind: str, *, on_progress: Callable[[int], None] = lambda _count: None
) -> int:
    """Make all rows of one archive anew, in bulk and without telling anyone; gives how many records it holds."""
    archive = archives.archive_of(collection, kind)
    count, head = 0, archive.head()
    known: dict[tuple[str, str], Terms] = {}
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        gone = _Gone(collection, kind)
        for batch in _batches(archive.log(), _BATCH):
            gone.keep(record.sha for record in batch)
            _add_rows(collection, kind, batch, known)
            count += len(batch)
            on_progress(count)
        gone.delete()
        Collection.objects.filter(pk=collection.pk).update(**{f"{kind}_indexed": head or ""})
        if kind == archives.VERSIONS:
            _refresh_terms(known.values())
            _forget_emptied(collection)
        else:
            _refresh_documents(known.values())
    return count


class _Gone:
    """The rows of commits that the archive does not hold any more."""

    def __init__(self, collection: Collection, kind: str) -> None:
        self.model: type[Snapshot | Version] = Snapshot if kind == archives.SNAPSHOTS else Version
        self.rows = self.model._default_manager.filter(terms__service__collection=collection)
        self.commits = set(self.rows.values_list("commit", flat=True))

    def keep(self, commits: Iterable[str]) -> None:
        """These are still there."""
        self.commits.difference_update(commits)

    def delete(self) -> None:
        """Delete the others."""
        for batch in _batches(iter(sorted(self.commits)), _BATCH):
            self.rows.filter(commit__in=batch).delete()


def _add_rows(
    collection: Collection, kind: str, records: list[Record], known: dict[tuple[str, str], Terms]
) -> None:
    rows: list[Any] = []
    for record in records:
        key = (record.service, record.terms_type)
        if key not in known:
            known[key] = terms_for(collection, *key)
        common = {"terms": known[key], "commit": record.sha, **_common(record)}
        if kind == archives.SNAPSHOTS:
            rows.append(Snapshot(document_id=record.document_id or "", **common))
        else:
            rows.append(Version(snapshot_commits=list(record.snapshot_ids), blob=record.blob, **common))
    model: Any = Snapshot if kind == archives.SNAPSHOTS else Version
    model.objects.bulk_create(rows, ignore_conflicts=True)


def _refresh_terms(all_terms: Iterable[Terms]) -> None:
    for terms in all_terms:
        latest = terms.versions.first()
        if latest:
            text = archives.text_of(latest)
            Version.objects.filter(pk=latest.pk).update(characters=len(text))
            _date_last_change(terms)
            _make_findable(terms, latest, text)


def _forget_emptied(collection: Collection) -> None:
    """A text taken out of the archive is not to be found in the search either."""
    emptied = Terms.objects.filter(service__collection=collection, versions=None)
    for terms in emptied:
        search.remove(tool=_TOOL, key=str(terms.pk))
    emptied.update(last_change_at=None)


def _refresh_documents(all_terms: Iterable[Terms]) -> None:
    for terms in all_terms:
        for document in terms.documents.all():
            document.snapshot = terms.snapshots.filter(document_id=document.document_id).first()
            document.save(update_fields=["snapshot"])


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
