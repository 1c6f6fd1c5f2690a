"""A page as readers see it."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from disinfo.accounts.models import Role, User
from disinfo.accounts.permissions import has_role
from encyclopedia import dimensions, ledger, markup, overviews
from encyclopedia.document import Document
from encyclopedia.models import Attempt, Field, Link, Page, Revision, Source, Watch
from encyclopedia.models.pages import CHECKED_EVERY
from encyclopedia.permissions import can_moderate, can_publish, sees_drafts
from encyclopedia.services import publishing, telling
from encyclopedia.views.finding import MovedError, find, moved_to
from encyclopedia.views.overviews import history_of
from encyclopedia.views.showing import shown

_SHOWN_AS_CARDS = ("commitment", "evidence")


def bibliography(parts: list[dict[str, Any]]) -> list[tuple[int, str, Source | None]]:
    """What is cited, by its number; None where no such source is recorded yet."""
    keys: list[str] = next((part["citations"] for part in parts if "citations" in part), [])
    known = {source.key: source for source in Source.objects.filter(key__in=keys)}
    return [(number, key, known.get(key)) for number, key in enumerate(keys, 1)]


def facts(page: Page, fields: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """The structured fields that say something: name, type, value; of pages, (title, address, whether it is there)."""
    rows = [
        field
        for field in page.kind.fields.all()
        if fields.get(field.code) and (page.kind.code, field.code) != _SHOWN_AS_CARDS
    ]
    named = [name for field in rows if field.type == Field.Type.PAGES for name in _listed(fields[field.code])]
    targets = publishing.targets_of(named)
    known = publishing.known_pages(page.language, targets.values())
    links = {name: _link_to(name, target, known, page.language) for name, target in targets.items()}
    return [(field.name, field.type, _value_of(field, fields[field.code], links)) for field in rows]


def _value_of(field: Field, value: Any, links: Mapping[str, tuple[str, str, bool]]) -> Any:
    if field.type == Field.Type.PAGES:
        return [links[name] for name in _listed(value)]
    return field.said(str(value)) if field.type == Field.Type.CHOICE else value


def _link_to(
    name: str, target: markup.Target, known: Mapping[markup.Target, tuple[str, str]], language: str
) -> tuple[str, str, bool]:
    if target in known:
        address, title = known[target]
        return title, address, True
    return name, publishing.new_page_url(language, target) if target.slug else "", False


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@require_safe
def page(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """What a page says now, or its verified revision where the public is shown that."""
    try:
        found = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "page")
    if found.is_deleted:
        return render(
            request,
            "encyclopedia/deleted.html",
            {"page": found, "can_moderate": can_moderate(request.user)},
            status=410,
        )
    shows_old = (
        found.shows_verified
        and found.verified is not None
        and found.verified_id != found.current_id
        and not sees_drafts(request.user)
        and request.GET.get("draft") is None
    )
    revision = found.verified if shows_old else found.current
    assert revision is not None  # a page without one is not found  # noqa: S101
    parts = _parts_of(found, revision)
    edit_url = "" if shows_old else reverse("encyclopedia:edit", args=[found.language, found.slug])
    made, headings = shown(parts, edit_url=edit_url)
    document = revision.document
    is_stale = not found.checked_on or found.checked_on < timezone.localdate() - CHECKED_EVERY
    context = {
        "page": found,
        "revision": revision,
        "parts": made,
        "headings": headings,
        "document": document,
        "facts": facts(found, dict(document.fields)),
        "facets": _facets(document, found.language),
        "sources": bibliography(parts),
        "others": Page.objects.live().filter(translations=found.translations).exclude(pk=found.pk)
        if found.translations
        else [],
        "links_count": Link.objects.to(found).values("origin").distinct().count(),
        "is_stale": is_stale,
        "is_old": shows_old,
        "has_draft": found.shows_verified and found.verified_id != found.current_id,
        "is_translation_behind": found.is_behind(),
        "is_watched": _looks(request, found),
        "threads_count": found.threads.open().count(),
        "can_publish": can_publish(request.user, found),
        "can_moderate": can_moderate(request.user),
    }
    return render(request, "encyclopedia/page.html", context | _beside(request, found, document))


def _beside(request: HttpRequest, found: Page, document: Document) -> dict[str, Any]:
    """What stands beside the text, by the kind of the page."""
    context: dict[str, Any] = {"related": overviews.related(found)}
    if found.kind.code == "commitment":
        context |= {"evidence": ledger.evidence(document), "states": history_of(found)}
    elif found.kind.code == "countermeasure":
        attempts = Attempt.objects.on(found)
        context |= {
            "attempts": attempts if can_moderate(request.user) else attempts.shown(),
            "can_log": has_role(request.user, Role.MEMBER),
        }
    return context


def _looks(request: HttpRequest, found: Page) -> bool:
    """Whether the reader watches the page; then they have seen its last change by now."""
    user = request.user
    if not isinstance(user, User) or not Watch.objects.filter(user=user, page=found).exists():
        return False
    telling.note_look(page=found, user=user)
    return True


def _parts_of(found: Page, revision: Revision) -> list[dict[str, Any]]:
    if revision.pk == found.current_id:
        return list(found.parts)
    parts, _reading = publishing.parts_of(found.language, revision.document.body)
    return parts


def _facets(document: Document, language: str) -> list[tuple[str, Any, list[tuple[str, str]]]]:
    by_dimension: dict[str, list[tuple[str, str]]] = {}
    words = sorted(each for each in publishing.facets_of(document, language) if each[0] != "kind")
    called = dimensions.names(*{dimension for dimension, _code in words})
    for dimension, code in words:
        by_dimension.setdefault(dimension, []).append((code, called.get(dimension, {}).get(code, code)))
    return [
        (dimension, label, by_dimension[dimension])
        for dimension, label in dimensions.DIMENSIONS.items()
        if dimension in by_dimension
    ]


@require_safe
def links(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Which pages link here."""
    try:
        found = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "links")
    origins = Page.objects.filter(pk__in=Link.objects.to(found).values("origin"))
    rows = origins.select_related("kind").defer("parts", "fields").by_title()
    return render(request, "encyclopedia/links.html", {"page": found, "origins": rows})


@login_required
@require_POST
def watch(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Watch a page, or stop."""
    found = find(request, language, slug)
    telling.set_watch(page=found, user=cast("User", request.user), is_on=request.POST.get("watch") == "1")
    return redirect(found)
