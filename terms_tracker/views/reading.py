"""Reading what was recorded: a version, a change, two dates compared, a snapshot."""

import re
from datetime import UTC, datetime, time
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from disinfo import markdown, worddiff
from disinfo.cache import fingerprint
from disinfo.diffview import blocks_of
from terms_tracker import archives
from terms_tracker.models import Snapshot, Terms, Version
from terms_tracker.views.lists import find_terms

_RENDERED_SECONDS = 24 * 3600
_DIFF_FORM = fingerprint(worddiff)
_HTML_FORM = fingerprint(markdown, packages=("markdown-it-py", "nh3"))
_HEADING = re.compile(r"<h([1-3])>(.*?)</h\1>", re.DOTALL)


def _find(commit: str, rows: QuerySet[Any]) -> Any:
    """The row of a commit among those the caller may read. Two collections may hold one history: the oldest wins."""
    found = rows.filter(commit=commit).select_related("terms__service__collection").order_by("pk").first()
    if found is None:
        raise Http404
    return found


def _find_version(request: HttpRequest, commit: str) -> Version:
    version: Version = _find(commit, Version.objects.visible_to(request.user))
    return version


@require_safe
def version(request: HttpRequest, commit: str) -> HttpResponse:
    """The text of a version, with where it comes from."""
    found = _find_version(request, commit)
    html, headings = _rendered(found)
    context = {
        "version": found,
        "terms": found.terms,
        "html": mark_safe(html),  # noqa: S308 (made by disinfo.markdown, which cleans it)
        "headings": headings,
        "snapshots": found.terms.snapshots.filter(commit__in=found.snapshot_commits),
        "previous": found.previous(),
        "next": found.next(),
    }
    return render(request, "terms_tracker/version.html", context)


def _rendered(found: Version) -> tuple[str, list[dict[str, Any]]]:
    """HTML with anchors on its headings, and the list of these; a commit never changes, so both are kept."""
    key = f"terms:html:{_HTML_FORM}:{found.commit}"
    known: tuple[str, list[dict[str, Any]]] | None = cache.get(key)
    if known is None:
        known = _with_anchors(markdown.to_html(archives.text_of(found), images=False))
        cache.set(key, known, timeout=_RENDERED_SECONDS)
    return known


def _with_anchors(html: str) -> tuple[str, list[dict[str, Any]]]:
    headings: list[dict[str, Any]] = []

    def anchor(match: re.Match[str]) -> str:
        level, inner = match.groups()
        text = re.sub(r"<[^>]*>", "", inner).strip()
        name = f"s{len(headings) + 1}-{slugify(text)[:40]}"
        headings.append({"level": int(level), "text": text, "anchor": name})
        return f'<h{level} id="{name}">{inner}</h{level}>'

    return _HEADING.sub(anchor, html), headings


@require_safe
def version_source(request: HttpRequest, commit: str) -> HttpResponse:
    """The Markdown itself, byte for byte as the archive holds it."""
    text = archives.text_of(_find_version(request, commit))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def snapshot(request: HttpRequest, commit: str) -> HttpResponse:
    """The document as it was fetched, as a file to keep: a stranger's page is never run on our own address."""
    found: Snapshot = _find(commit, Snapshot.objects.visible_to(request.user))
    extension = found.path.rpartition(".")[2]
    name = f"{found.terms.service.slug}-{found.terms.slug}-{found.fetched_at:%Y-%m-%d}-{found.commit[:8]}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return HttpResponse(archives.content_of(found), content_type="application/octet-stream", headers=headers)


def _view_of(request: HttpRequest) -> str:
    return "side" if request.GET.get("view") == "side" else "inline"


def _compared(old: Version | None, new: Version) -> list[worddiff.Line]:
    """The lines of a comparison of two versions; kept, since neither ever changes."""
    key = f"terms:diff:{_DIFF_FORM}:{old.commit if old else 'nothing'}:{new.commit}"
    lines: list[worddiff.Line] | None = cache.get(key)
    if lines is None:
        lines = worddiff.diff(archives.text_of(old) if old else "", archives.text_of(new))
        cache.set(key, lines, timeout=_RENDERED_SECONDS)
    return lines


@require_safe
def change(request: HttpRequest, commit: str) -> HttpResponse:
    """What a version changed, word by word."""
    found = _find_version(request, commit)
    before = found.previous()
    lines = _compared(before, found)
    context = {
        "version": found,
        "terms": found.terms,
        "previous": before,
        "older": before if before and before.kind != Version.Kind.FIRST else None,
        "newer": found.next(),
        "blocks": blocks_of(lines),
        "size": worddiff.size(lines),
        "mode": _view_of(request),
    }
    return render(request, "terms_tracker/change.html", context)


@require_safe
def compare(request: HttpRequest, collection: str, service: str, terms: str) -> HttpResponse:
    """The versions in force at two dates, compared; says which dates were really used."""
    found = find_terms(request, collection, service, terms)
    asked_from, asked_to = request.GET.get("from", ""), request.GET.get("to", "")
    old, new = _version_at(found, asked_from, is_end=False), _version_at(found, asked_to, is_end=True)
    lines = _compared(old, new) if old and new else []
    context = {
        "terms": found,
        "old": old,
        "new": new,
        "asked_from": asked_from,
        "asked_to": asked_to,
        "from_is_wrong": bool(asked_from) and moment_of(asked_from, is_end=False) is None,
        "to_is_wrong": bool(asked_to) and moment_of(asked_to, is_end=True) is None,
        "is_same": bool(old and new and old.pk == new.pk),
        "blocks": blocks_of(lines),
        "size": worddiff.size(lines),
        "mode": _view_of(request),
    }
    return render(request, "terms_tracker/compare.html", context)


def _version_at(terms: Terms, asked: str, *, is_end: bool) -> Version | None:
    """The version in force at the date asked; without one, the first version, or the last."""
    if not asked:
        ordered = (
            terms.versions.order_by("-fetched_at", "-pk")
            if is_end
            else terms.versions.order_by("fetched_at", "pk")
        )
        return ordered.first()
    moment = moment_of(asked, is_end=is_end)
    return terms.versions.at(moment) if moment else None


def moment_of(asked: str, *, is_end: bool) -> datetime | None:
    """A date or a date with time; a plain date means its first or its last instant, here."""
    try:
        moment = parse_datetime(asked) if len(asked) > 10 else None
        if moment is None and (day := parse_date(asked)):
            moment = datetime.combine(day, time.max if is_end else time.min)
        if moment is None:
            return None
        # In UTC, where the first and the last days of the calendar may not exist.
        return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
