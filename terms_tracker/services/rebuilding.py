"""A versions archive made anew from all snapshots, each read by the declaration that held at its time.

What an extraction or a declaration got wrong for years is so put right without losing a date. The new repository is
made beside the old one, which is left as it is.
"""

import multiprocessing
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from terms_tracker import archives
from terms_tracker.archive import Archive, Entry, blob_id
from terms_tracker.extraction import DeclarationError, ExtractionError, parse_terms
from terms_tracker.extraction import SourceDocument as Declared
from terms_tracker.extraction.history import declared_at, parse_history
from terms_tracker.models import Collection, Snapshot, Terms
from terms_tracker.services.reading import Content, read_or_say_why

_AT_ONCE = 40  # readings in memory


@dataclass(frozen=True)
class Reading:
    """What is to be read: these snapshots by these declared documents, as of this moment."""

    terms: Terms
    at: datetime
    documents: tuple[Declared, ...]
    snapshots: tuple[Snapshot, ...]
    is_upgrade: bool = False


@dataclass
class Rebuilt:
    """How many versions were written, of how many readings, and what could not be read: terms, date, reason."""

    versions: int = 0
    readings: int = 0
    refused: list[tuple[str, datetime, str]] = field(default_factory=list)


def rebuild(
    *,
    collection: Collection,
    target: Path,
    processes: int = 2,
    on_progress: Callable[[int], None] = lambda _count: None,
) -> Rebuilt:
    """Write a versions archive of this collection at `target`, where there is nothing yet.

    Raises:
        FileExistsError: there is something.
    """
    if target.exists() and any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    done = Rebuilt()
    with tempfile.TemporaryDirectory(prefix="disinfo-rebuild-") as spool:
        kept = list(_texts(collection, Path(spool), processes, done, on_progress))
        # In the order in which a live archive would have recorded them.
        kept.sort(key=lambda each: each[0].at)
        with Archive(target) as archive:
            archive.init()
            done.versions = archive.import_entries(_entry(*each) for each in kept).written
    return done


def _texts(
    collection: Collection,
    spool: Path,
    processes: int,
    done: Rebuilt,
    on_progress: Callable[[int], None],
) -> Iterator[tuple[Reading, Path]]:
    """Each reading that gave another text than the one before it, with the file that holds its text."""
    before: dict[int, str] = {}
    # Not forked: the children must not share this process's connections to git and to the database.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        readings = readings_of(collection, done)
        while batch := list(islice(readings, _AT_ONCE)):
            for reading, outcome in zip(batch, pool.map(read_or_say_why, map(_contents, batch)), strict=True):
                done.readings += 1
                if isinstance(outcome, ExtractionError):
                    done.refused.append((str(reading.terms), reading.at, str(outcome)))
                    continue
                name = blob_id(outcome.encode())
                if before.get(reading.terms.pk) != name:
                    before[reading.terms.pk] = name
                    (spool / name).write_text(outcome, encoding="utf-8")
                    yield reading, spool / name
            on_progress(done.readings)


def readings_of(collection: Collection, done: Rebuilt) -> Iterator[Reading]:
    """Every moment at which a snapshot came, terms by terms, in order of time.

    Where the declaration changed, what stood before is read by the new one first, as a technical upgrade.
    """
    terms_list = Terms.objects.filter(service__collection=collection).exclude(snapshots=None)
    for terms in terms_list.select_related("service__collection").order_by("pk"):
        try:
            past = parse_history({terms.type: terms.history}).get(terms.type, ())
        except DeclarationError as error:
            done.refused.append((str(terms), terms.snapshots.earliest("fetched_at").fetched_at, str(error)))
            continue
        latest: dict[str, Snapshot] = {}
        last: Reading | None = None
        for snapshot in terms.snapshots.order_by("fetched_at", "pk"):
            snapshot.terms = terms
            latest[snapshot.document_id] = snapshot
            declared = declared_at(past, terms.declaration, snapshot.fetched_at)
            documents = _documents(terms, declared)
            chosen = _chosen(documents, latest)
            if not chosen:
                continue
            if last and last.documents != documents and (again := _chosen(documents, _by_document(last))):
                yield Reading(terms, last.at, documents, again, is_upgrade=True)
            last = Reading(terms, snapshot.fetched_at, documents, chosen)
            yield last


def _documents(terms: Terms, declared: object) -> tuple[Declared, ...]:
    try:
        return parse_terms(terms.type, declared, on_unknown_filter=None).documents if declared else ()
    except DeclarationError:
        return ()


def _chosen(documents: Iterable[Declared], latest: dict[str, Snapshot]) -> tuple[Snapshot, ...]:
    """The latest snapshot of each document; nothing when one has none yet."""
    listed = list(documents)
    keys = [document.id if len(listed) > 1 else "" for document in listed]
    return tuple(latest[key] for key in keys) if all(key in latest for key in keys) else ()


def _by_document(reading: Reading) -> dict[str, Snapshot]:
    return {snapshot.document_id: snapshot for snapshot in reading.snapshots}


def _contents(reading: Reading) -> list[Content]:
    pairs = zip(reading.documents, reading.snapshots, strict=True)
    return [
        (document, archives.content_of(snapshot), "application/pdf" if snapshot.is_pdf else "text/html")
        for document, snapshot in pairs
    ]


def _entry(reading: Reading, text: Path) -> Entry:
    return Entry(
        service=reading.terms.service.key,
        terms_type=reading.terms.type,
        content=text.read_bytes(),
        fetched_at=reading.at,
        snapshot_ids=tuple(snapshot.commit for snapshot in reading.snapshots),
        source_documents=len(reading.snapshots),
        is_upgrade=reading.is_upgrade,
    )
