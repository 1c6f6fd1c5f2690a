"""What is to be tracked: declarations read from a collection's folder, or written by an administrator."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from disinfo.accounts import audit
from disinfo.accounts.models import User
from terms_tracker.archive import InvalidEntryError, Place
from terms_tracker.archive.names import check_place
from terms_tracker.extraction import (
    DeclarationError,
    SourceDocument,
    TermsDeclaration,
    parse_service,
    parse_terms,
)
from terms_tracker.extraction.history import parse_history
from terms_tracker.models import Collection, Service, Terms, TermsQuerySet
from terms_tracker.models import SourceDocument as DocumentRow
from terms_tracker.services.indexing import free_slug, terms_for

_LARGEST_FILE = 2_000_000
_TRACKING_VERBS = {True: "terms.tracking_started", False: "terms.tracking_paused"}


@dataclass
class Report:
    """What came of reading a folder."""

    services: int = 0
    terms: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


def documents_of(terms: Terms) -> tuple[SourceDocument, ...]:
    """The source documents as declared now.

    Raises DeclarationError.
    """
    return parse_terms(terms.type, terms.declaration, on_unknown_filter=None).documents


def import_folder(
    *, collection: Collection, folder: Path, actor: User | None, is_active: bool = True
) -> Report:
    """Read every declaration of an Open Terms Archive collection; what is refused is reported, the rest goes on.

    `folder` is the collection's `declarations` folder, or the one above it. Importing again updates what changed.
    """
    report = Report()
    inner = folder / "declarations"
    for key, file in _declaration_files(inner if inner.is_dir() else folder):
        try:
            declaration = _read_json(file)
            history = _read_history(file.with_name(f"{key}.history.json"))
            parsed = save_service(
                collection=collection,
                key=key,
                declaration=declaration,
                history=history,
                actor=actor,
                is_active=is_active,
            )
        except (DeclarationError, InvalidEntryError, ValueError, OSError) as error:
            report.refused.append((file.name, str(error)))
            continue
        report.services += 1
        report.terms += len(parsed.terms)
        report.warnings += [(file.name, warning) for warning in parsed.warnings]
    return report


def _declaration_files(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder")
    for file in sorted(folder.glob("*.json")):
        if not file.name.endswith(".history.json"):
            yield file.name.removesuffix(".json"), file


def _read_json(file: Path) -> Any:
    if file.stat().st_size > _LARGEST_FILE:
        raise ValueError("the file is larger than 2 MB")
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"not JSON: {error}") from error


def _read_history(file: Path) -> dict[str, list[Any]]:
    if not file.exists():
        return {}
    value = _read_json(file)
    parse_history(value)
    return dict(value)


@transaction.atomic
def save_service(
    *,
    collection: Collection,
    key: str,
    declaration: Any,
    actor: User | None,
    history: Mapping[str, list[Any]] | None = None,
    is_active: bool = True,
) -> Any:
    """Declare a service with all its terms, or bring it up to date; gives what was read.

    Terms that are not declared any more are paused; nothing recorded is touched. `is_active` is for new terms only.
    Raises DeclarationError or InvalidEntryError (a name that an archive cannot hold).
    """
    parsed = parse_service(declaration)
    for terms_type in parsed.terms:
        check_place(Place(key, terms_type, None, "md"))
    service, is_new = Service.objects.get_or_create(
        collection=collection,
        key=key,
        defaults={"name": parsed.name, "slug": free_slug(key, Service.objects.filter(collection=collection))},
    )
    if service.name != parsed.name:
        Service.objects.filter(pk=service.pk).update(name=parsed.name)
    raw = declaration.get("terms", declaration.get("documents"))
    for terms_type, read in parsed.terms.items():
        terms = terms_for(collection, key, terms_type)
        if not terms.declaration:
            terms.is_active = is_active
        _keep(terms, raw[terms_type], (history or {}).get(terms_type), read)
    gone = service.terms.filter(is_active=True).exclude(type__in=parsed.terms)
    paused = list(gone.values_list("type", flat=True))
    gone.update(is_active=False)
    if actor:
        audit.record(
            "terms.declared", actor=actor, on=service, terms=list(parsed.terms), paused=paused, is_new=is_new
        )
    return parsed


@transaction.atomic
def save_terms(*, terms: Terms, actor: User, written: Iterable[str] | None = None) -> None:
    """Keep what an administrator wrote (these fields; everything for new terms); the documents follow.

    Raises DeclarationError.
    """
    is_new = terms.pk is None
    fields = {"is_active", "declaration"} if written is None else set(written)
    terms.save(update_fields=None if is_new else fields)
    if "declaration" in fields and terms.declaration:
        read = parse_terms(terms.type, terms.declaration)
        _write(terms, {"host"}, read, is_new_reading=True)
    if "declaration" in fields:
        audit.record("terms.declaration_changed", actor=actor, on=terms, declaration=terms.declaration)
    if "is_active" in fields:
        audit.record(_TRACKING_VERBS[terms.is_active], actor=actor, on=terms)


@transaction.atomic
def replace(*, terms: Terms, declaration: dict[str, Any], actor: User) -> None:
    """Track these terms by this declaration from now on; the one before it stays known for what was fetched by then.

    Raises DeclarationError.
    """
    last = terms.snapshots.first()
    if terms.declaration and last:
        valid_until = last.fetched_at.isoformat()
        terms.history = [*terms.history, {**terms.declaration, "validUntil": valid_until}]
    terms.declaration, terms.is_active = declaration, True
    save_terms(terms=terms, actor=actor, written=["declaration", "history", "is_active"])


@transaction.atomic
def set_tracking(*, chosen: TermsQuerySet, is_active: bool, actor: User) -> int:
    """Track these terms, or pause them; gives how many. What is not declared cannot be tracked."""
    chosen = chosen.exclude(declaration={}) if is_active else chosen
    changed = list(chosen.exclude(is_active=is_active).select_related("service"))
    Terms.objects.filter(pk__in=[terms.pk for terms in changed]).update(is_active=is_active)
    for terms in changed:
        audit.record(_TRACKING_VERBS[is_active], actor=actor, on=terms)
    return len(changed)


def _keep(terms: Terms, declaration: Any, history: list[Any] | None, read: TermsDeclaration) -> None:
    has_changed = terms.declaration != declaration
    terms.declaration = declaration
    if history is not None:
        terms.history = history
    _write(terms, {"declaration", "history", "host", "is_active"}, read, is_new_reading=has_changed)


def _write(terms: Terms, fields: set[str], read: TermsDeclaration, *, is_new_reading: bool) -> None:
    """Write these fields and no others: a worker may be keeping what came of a check meanwhile."""
    terms.host = Terms.host_of(read.documents[0].fetch)
    if is_new_reading:
        # Another declaration may read another text out of the very same page.
        terms.extracted_from, terms.next_check_at = [], timezone.now()
        fields = fields | {"extracted_from", "next_check_at"}
    terms.save(update_fields=fields)
    _keep_documents(terms, read)


def _keep_documents(terms: Terms, read: TermsDeclaration) -> None:
    """Rows follow the declaration by position; one whose address changed forgets what its server said."""
    is_single = len(read.documents) == 1
    rows = {row.position: row for row in terms.documents.all()}
    for position, document in enumerate(read.documents):
        row = rows.pop(position, None) or DocumentRow(terms=terms, position=position)
        document_id = "" if is_single else document.id
        if row.location != document.fetch or row.document_id != document_id:
            row.location, row.document_id = document.fetch, document_id
            row.etag = row.last_modified = ""
            row.snapshot = terms.snapshots.filter(document_id=document_id).first() if terms.pk else None
            row.save()
    terms.documents.filter(position__in=list(rows)).delete()
