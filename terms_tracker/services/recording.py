"""From what was fetched to what is recorded: snapshots, then the version, then rows.

Safe to be killed at any instant and to run twice: git first (nothing is recorded twice, for equal content makes no
commit), rows after, and what the server said (its ETag) only once the version is there, so that a check cut short is
made again in full.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from terms_tracker import archives, scheduling
from terms_tracker.archive import Entry, extension_for
from terms_tracker.extraction import DeclarationError, ExtractionError
from terms_tracker.extraction import SourceDocument as Declared
from terms_tracker.fetching.outcomes import Failed, Fetched, Outcome
from terms_tracker.models import Snapshot, SourceDocument, Terms, Version
from terms_tracker.services import declarations, indexing
from terms_tracker.services.reading import PDF, Content, read

ENGINE = "disinfo-1"
"""Named in every commit; raised when the extraction changes what it makes of a page."""


@dataclass(frozen=True)
class Result:
    """What a check came to."""

    terms: Terms
    version: Version | None = None
    failure: Failed | None = None

    @property
    def word(self) -> str:
        """failed, changed or unchanged."""
        return "failed" if self.failure else "changed" if self.version else "unchanged"


def keep(*, terms: Terms, outcomes: Mapping[int, Outcome], fetched_at: datetime) -> Result:
    """Record what came of fetching each document of `terms` (by its row's key), and plan the next check."""
    rows = list(terms.documents.select_related("snapshot"))
    if set(outcomes) != {row.pk for row in rows}:
        problem = Failed(
            "declaration", "The declaration cannot be read, or changed meanwhile.", is_transient=True
        )
        return keep_failure(terms, problem, fetched_at)
    _upgrade_if_read_otherwise(terms, rows)
    contents = {row.pk: _record_snapshot(terms, row, outcomes[row.pk], fetched_at) for row in rows}
    failed = [outcome for outcome in outcomes.values() if isinstance(outcome, Failed)]
    if failed:
        return keep_failure(terms, _worst(failed), fetched_at)
    try:
        version = _record_version(terms, rows, contents)
    except ExtractionError as error:
        return keep_failure(terms, Failed(error.code, str(error), is_transient=False), fetched_at)
    except DeclarationError as error:
        return keep_failure(terms, Failed("declaration", str(error), is_transient=False), fetched_at)
    _succeeded(terms, rows, outcomes, fetched_at, has_changed=version is not None)
    return Result(terms, version)


def _upgrade_if_read_otherwise(terms: Terms, rows: Sequence[SourceDocument]) -> None:
    """After its declaration or our extraction changed, read the last version's snapshots anew: that is our doing.

    Recorded as a technical upgrade, which nobody is told of; the next real change is compared with the new reading.
    Later snapshots stay out of it: what the service changed while nothing could be read of it is to be told.
    """
    latest = terms.versions.first()
    if latest is None or (terms.extracted_from and terms.engine == ENGINE):
        return
    known = {each.commit: each for each in terms.snapshots.filter(commit__in=latest.snapshot_commits)}
    snapshots = [known[commit] for commit in latest.snapshot_commits if commit in known]
    if len(snapshots) != len(rows):
        return
    try:
        declared = declarations.documents_of(terms)
        text = read([_with_content(*pair, None) for pair in zip(declared, snapshots, strict=True)])
    except (ExtractionError, DeclarationError):
        return  # The new declaration may fit the new page only; the check itself will tell.
    _add_version(terms, text, snapshots, is_upgrade=True)


def _worst(failures: Sequence[Failed]) -> Failed:
    """What is wrong for good is told before what may pass."""
    return min(failures, key=lambda failure: failure.is_transient)


def _record_snapshot(
    terms: Terms, row: SourceDocument, outcome: Outcome, fetched_at: datetime
) -> bytes | None:
    """Record a fetched document; gives its content, or None when nothing was fetched."""
    if not isinstance(outcome, Fetched):
        return None
    entry = Entry(
        service=terms.service.key,
        terms_type=terms.type,
        document_id=row.document_id or None,
        extension=extension_for(outcome.mime_type),
        content=outcome.content,
        fetched_at=fetched_at,
        metadata={
            "X-engine-version": ENGINE,
            "X-fetcher": outcome.fetcher,
            "X-source-document-location": row.location,
        },
    )
    archive = archives.archive_of(terms.service.collection, archives.SNAPSHOTS)
    record = archive.record(entry)
    if record is None and not _is_content_of(row.snapshot, outcome.content):
        # The commit is there but not in our rows: an earlier check was killed between the two.
        record = archive.latest(terms.service.key, terms.type, row.document_id or None)
    if record is not None:
        row.snapshot = indexing.add_snapshot(terms, record)
        row.save(update_fields=["snapshot"])
    return outcome.content


def _is_content_of(snapshot: Snapshot | None, content: bytes) -> bool:
    return snapshot is not None and archives.content_of(snapshot) == content


def _record_version(
    terms: Terms, rows: Sequence[SourceDocument], contents: Mapping[int, bytes | None]
) -> Version | None:
    """Extract from the latest snapshot of every document and record the text; None when it is what it was."""
    snapshots = [row.snapshot for row in rows if row.snapshot]
    commits = [snapshot.commit for snapshot in snapshots]
    if len(snapshots) < len(rows) or commits == terms.extracted_from:
        return None
    declared = declarations.documents_of(terms)
    text = read(
        [
            _with_content(document, snapshot, contents[row.pk])
            for document, row, snapshot in zip(declared, rows, snapshots, strict=True)
        ]
    )
    return _add_version(terms, text, snapshots, is_upgrade=False)


def _add_version(
    terms: Terms, text: str, snapshots: Sequence[Snapshot], *, is_upgrade: bool
) -> Version | None:
    entry = Entry(
        service=terms.service.key,
        terms_type=terms.type,
        content=text,
        fetched_at=max(snapshot.fetched_at for snapshot in snapshots),
        snapshot_ids=tuple(snapshot.commit for snapshot in snapshots),
        source_documents=len(snapshots),
        is_upgrade=is_upgrade,
        metadata={"X-engine-version": ENGINE},
    )
    record = archives.archive_of(terms.service.collection, archives.VERSIONS).record(entry)
    return indexing.add_version(terms, record, text) if record else None


def _with_content(document: Declared, snapshot: Snapshot, content: bytes | None) -> Content:
    mime_type = PDF if snapshot.is_pdf else "text/html"
    return document, content if content is not None else archives.content_of(snapshot), mime_type


@transaction.atomic
def _succeeded(
    terms: Terms,
    rows: Sequence[SourceDocument],
    outcomes: Mapping[int, Outcome],
    fetched_at: datetime,
    *,
    has_changed: bool,
) -> None:
    for row in rows:
        outcome = outcomes[row.pk]
        if isinstance(outcome, Fetched):
            row.etag, row.last_modified = outcome.etag[:500], outcome.last_modified[:100]
            row.save(update_fields=["etag", "last_modified", "snapshot"])
    interval = scheduling.next_interval(
        terms.interval,
        has_changed=has_changed,
        floor=settings.TERMS_INTERVAL_FLOOR,
        ceiling=settings.TERMS_INTERVAL_CEILING,
    )
    terms.interval = int(interval)
    terms.last_checked_at = terms.last_success_at = fetched_at
    terms.extracted_from = [row.snapshot.commit for row in rows if row.snapshot]
    terms.engine = ENGINE
    terms.failing_since, terms.failures, terms.error_code, terms.error_message = None, 0, "", ""
    terms.schedule_next(fetched_at, scheduling.spread(interval, terms.pk))
    _save_state(terms)


@transaction.atomic
def keep_failure(terms: Terms, failure: Failed, fetched_at: datetime) -> Result:
    """Note why a check came to nothing, and when to try again."""
    if failure.code == "host_paused":
        # Nothing was asked and nothing is wrong: the host wants a pause, and gets it.
        terms.schedule_next(fetched_at, failure.retry_after or settings.TERMS_INTERVAL_FLOOR)
        _save_state(terms)
        return Result(terms, failure=failure)
    terms.failures += 1
    terms.failing_since = terms.failing_since or fetched_at
    terms.last_checked_at = fetched_at
    terms.error_code, terms.error_message = failure.code, failure.message[:2000]
    wait = scheduling.retry_interval(
        terms.failures,
        is_transient=failure.is_transient,
        retry_after=failure.retry_after,
        floor=settings.TERMS_INTERVAL_FLOOR,
        ceiling=settings.TERMS_INTERVAL_CEILING,
    )
    terms.schedule_next(fetched_at, scheduling.spread(wait, terms.pk) if not failure.retry_after else wait)
    _save_state(terms)
    return Result(terms, failure=failure)


_STATE = (
    "interval",
    "last_checked_at",
    "last_success_at",
    "failing_since",
    "failures",
    "error_code",
    "error_message",
)


def _save_state(terms: Terms) -> None:
    """Only what a check decides: an administrator may have changed the rest meanwhile, or deleted it all."""
    row = Terms.objects.filter(pk=terms.pk)
    declared = row.select_for_update().values_list("declaration", flat=True).first()
    state = {name: getattr(terms, name) for name in _STATE}
    if declared == terms.declaration:
        state |= {
            "next_check_at": terms.next_check_at,
            "extracted_from": terms.extracted_from,
            "engine": terms.engine,
        }
    # Else it was declared anew while it was read by the old declaration: it stays due, and unread by the new one.
    row.update(**state)
