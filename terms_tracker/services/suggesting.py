"""Suggestions of anyone: the page they are about, what would be read of it, and what staff decide."""

import secrets
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from disinfo import fetcher
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.safe_http import FetchError
from terms_tracker import archives
from terms_tracker.archive import ArchiveError
from terms_tracker.extraction import DeclarationError, ExtractionError, extract_html
from terms_tracker.models import Caller, Snapshot, Suggestion, Terms

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


def page_of_terms(terms: Terms) -> Page | None:
    """The last page that was fetched of these terms; None when there is none, or a PDF."""
    document = terms.documents.select_related("snapshot__terms__service__collection").first()
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
    return _of_snapshot(found, found.metadata.get("x-source-document-location", ""))


def _of_snapshot(snapshot: Snapshot, url: str) -> Page | None:
    try:
        html = archives.content_of(snapshot).decode("utf-8", "replace")
    except ArchiveError:
        return None
    return Page(snapshot.commit, url, html[:_LARGEST])


def read(page: Page, select: list[str], remove: list[str]) -> tuple[str, str]:
    """The Markdown that these selectors give, and what is wrong when they give none."""
    if not select:
        return "", _("Choose at least one part to keep.")
    try:
        return extract_html(page.html, page.url, select=select, remove=remove or None), ""
    except (ExtractionError, DeclarationError) as error:
        return "", str(error)


@transaction.atomic
def suggest(*, suggestion: Suggestion, author: Caller) -> Suggestion:
    """Keep a suggestion for staff to decide on."""
    suggestion.author = author if isinstance(author, User) else None
    suggestion.save()
    audit.record("terms.suggested", actor=author, on=suggestion)
    return suggestion


@transaction.atomic
def decide(*, suggestion: Suggestion, accepted: bool, actor: User) -> None:
    """Accept or refuse; the declaration itself is entered by staff, who see it ready to be copied."""
    suggestion.state = Suggestion.State.ACCEPTED if accepted else Suggestion.State.REFUSED
    suggestion.decided_by = actor
    suggestion.save(update_fields=["state", "decided_by"])
    audit.record("terms.suggestion_decided", actor=actor, on=suggestion, accepted=accepted)
