"""Suggestions of anyone: the page they are about, what would be read of it, and what staff decide."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from disinfo import fetcher
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.safe_http import FetchError
from terms_tracker import archives, refusals
from terms_tracker.archive import ArchiveError, InvalidEntryError, Place
from terms_tracker.archive.names import check_place
from terms_tracker.extraction import (
    SEPARATOR,
    DeclarationError,
    ExtractionError,
    InvalidSelectorError,
    extract_document,
    parse_document,
    parse_selection,
)
from terms_tracker.extraction.page import Page as BlankPage
from terms_tracker.models import Caller, Collection, Service, Snapshot, SourceDocument, Suggestion, Terms
from terms_tracker.services import declarations, indexing, trial
from terms_tracker.services.trial import Trial
from terms_tracker.written import document_of

_KEPT_SECONDS = 3600
_LARGEST = 3_000_000
_FETCHED = "fetched-"


class NoPageError(Exception):
    """The page cannot be shown; the message says why."""


@dataclass(frozen=True)
class Page:
    """A page to choose from: its name among those kept, its address, its HTML."""

    name: str
    url: str
    html: str


def page_of_terms(terms: Terms, at: int = 0) -> Page | None:
    """The last page that was fetched of a document of these terms; None when there is none, or a PDF."""
    rows = terms.documents.select_related("snapshot__terms__service__collection")
    document = rows.filter(position=at).first()
    if document is None or document.snapshot is None or document.snapshot.is_pdf:
        return None
    return _of_snapshot(document.snapshot, document.location)


def fetch_page(url: str) -> Page:
    """Fetch a page that somebody wants to suggest, and keep it for an hour.

    Raises:
        NoPageError: it could not be had, or is no page.
    """
    try:
        response = fetcher.client().get(url)
    except FetchError as error:
        raise NoPageError(str(error)) from error
    if response.mime_type not in ("text/html", "application/xhtml+xml", ""):
        raise NoPageError(_("This is no page: a PDF file is read whole, without selectors."))
    page = Page(f"{_FETCHED}{secrets.token_urlsafe(16)}", url, response.text[:_LARGEST])
    cache.set(f"terms:{page.name}", (page.url, page.html), timeout=_KEPT_SECONDS)
    return page


def find_page(name: str, caller: Caller) -> Page | None:
    """A page by its name: fetched a while ago, or a snapshot that the caller may read."""
    if name.startswith(_FETCHED):
        kept = cache.get(f"terms:{name}")
        return Page(name, *kept) if kept else None
    snapshot = (
        Snapshot.objects.visible_to(caller).filter(commit=name).select_related("terms__service__collection")
    )
    found = snapshot.first()
    if found is None or found.is_pdf:
        return None
    return _of_snapshot(found, found.metadata.get("x-source-document-location") or _location_of(found))


def _location_of(snapshot: Snapshot) -> str:
    """Where the document is fetched from today: the commits of older archives do not say where it was then."""
    documents = SourceDocument.objects.filter(terms=snapshot.terms_id)
    same = documents.filter(document_id=snapshot.document_id).first() or documents.first()
    return same.location if same else ""


def _of_snapshot(snapshot: Snapshot, url: str) -> Page | None:
    try:
        html = archives.content_of(snapshot).decode("utf-8", "replace")
    except ArchiveError:
        return None
    return Page(snapshot.commit, url, html[:_LARGEST])


def read(page: Page, fields: Mapping[str, object]) -> tuple[str, str]:
    """The Markdown that a document written in these fields gives, and what is wrong when it gives none."""
    try:
        document = document_of(fields)
        if "select" not in document:
            return "", _("Choose at least one part to keep.")
        read_as = parse_document({**document, "fetch": page.url})
        return extract_document(read_as, page.html.encode(), "text/html"), ""
    except (ExtractionError, DeclarationError) as error:
        return "", refusals.in_words(str(error))


def unreadable_selector(documents: Iterable[Mapping[str, object]]) -> str:
    """The first selector of these documents, or what stands in its place, that cannot be read; nothing when all can."""
    blank = BlankPage("", "https://blank.invalid/")
    for document in documents:
        for name in ("select", "remove"):
            try:
                for selector in parse_selection(document.get(name) or [], name).css():
                    blank.find(selector)
            except InvalidSelectorError as error:
                return error.selector
            except DeclarationError as error:
                return refusals.in_words(str(error))
    return ""


@transaction.atomic
def suggest(*, suggestion: Suggestion, author: Caller) -> Suggestion:
    """Keep a suggestion for staff to decide on."""
    suggestion.author = author if isinstance(author, User) else None
    suggestion.save()
    audit.record("terms.suggested", actor=author, on=suggestion)
    return suggestion


@dataclass(frozen=True)
class Tried:
    """What came of trying a declaration: the text that is archived now, if any, and the text that would be."""

    trial: Trial
    before: str
    after: str


def try_out(*, suggestion: Suggestion, terms_type: str, declaration: object) -> Tried:
    """Fetch and read by a declaration; nothing is kept."""
    tried = trial.run(terms_type=terms_type, declaration=json.dumps(declaration))
    after = SEPARATOR.join(step.markdown for step in tried.steps)
    return Tried(tried, _text_now(suggestion.terms), after)


def _text_now(terms: Terms | None) -> str:
    latest = terms.versions.first() if terms else None
    try:
        return archives.text_of(latest) if latest else ""
    except ArchiveError:
        return ""


@transaction.atomic
def accept(
    *,
    suggestion: Suggestion,
    collection: Collection,
    service_name: str,
    terms_type: str,
    declaration: dict[str, Any],
    actor: User,
) -> Terms:
    """Track what was suggested: a correction changes the declaration of its terms, anything else declares new ones.

    Raises:
        ValidationError: somebody decided meanwhile, such terms are declared already, or the declaration is refused.
    """
    locked = _undecided(suggestion)
    terms = locked.terms or _new_terms(collection, service_name, terms_type)
    try:
        declarations.replace(terms=terms, declaration=declaration, actor=actor)
    except DeclarationError as error:
        raise ValidationError(refusals.in_words(str(error))) from error
    _decide(locked, Suggestion.State.ACCEPTED, actor)
    return terms


def _new_terms(collection: Collection, service_name: str, terms_type: str) -> Terms:
    named = Service.objects.filter(collection=collection, name__iexact=service_name).order_by("pk").first()
    key = named.key if named else service_name
    try:
        check_place(Place(key, terms_type, None, "md"))
    except InvalidEntryError as error:
        raise ValidationError(str(error)) from error
    terms = indexing.terms_for(collection, key, terms_type)
    if terms.declaration:
        raise ValidationError(
            _("These terms are declared already: what is suggested is a correction of them.")
        )
    return terms


@transaction.atomic
def refuse(*, suggestion: Suggestion, actor: User) -> None:
    """Decide against a suggestion.

    Raises:
        ValidationError: somebody decided meanwhile.
    """
    _decide(_undecided(suggestion), Suggestion.State.REFUSED, actor)


def _undecided(suggestion: Suggestion) -> Suggestion:
    locked = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if locked.state != Suggestion.State.WAITING:
        raise ValidationError(_("Somebody has decided on this suggestion meanwhile."))
    return locked


def _decide(suggestion: Suggestion, state: Suggestion.State, actor: User) -> None:
    suggestion.state, suggestion.decided_by = state, actor
    suggestion.save(update_fields=["state", "decided_by"])
    audit.record("terms.suggestion_decided", actor=actor, on=suggestion, state=state.value)
