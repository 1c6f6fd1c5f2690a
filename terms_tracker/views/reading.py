"""Reading what was recorded: a version, a change, two dates compared, a snapshot."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disinfo import markdown, worddiff
from disinfo.diffview import blocks_of
from terms_tracker import archives
from terms_tracker.changes import change_between
from terms_tracker.dates import moment_of, version_at
from terms_tracker.models import Memo, Snapshot, Version
from terms_tracker.permissions import organisation_of_memos
from terms_tracker.views.lists import find_terms
from terms_tracker.wording import name_of_reason


def _find(commit: str, rows: QuerySet[Any]) -> Any:
    """The row of a commit among those the caller may read. Two collections may hold one history: the oldest wins."""
    found = rows.filter(commit=commit).select_related("terms__service__collection").order_by("pk").first()
    if found is None:
        raise Http404
    return found


def find_version(request: HttpRequest, commit: str) -> Version:
    """The version of this commit, if the caller may read it; 404 otherwise."""
    version: Version = _find(commit, Version.objects.visible_to(request.user))
    return version


@require_safe
def version(request: HttpRequest, commit: str) -> HttpResponse:
    """The text of a version, with where it comes from."""
    found = find_version(request, commit)
    html, headings = markdown.with_anchors(markdown.to_html(archives.text_of(found), images=False))
    context = {
        "version": found,
        "terms": found.terms,
        "html": html,
        "headings": headings,
        "snapshots": found.terms.snapshots.filter(commit__in=found.snapshot_commits),
        "previous": found.previous(),
        "next": found.next(),
    }
    return render(request, "terms_tracker/version.html", context)


@require_safe
def version_source(request: HttpRequest, commit: str) -> HttpResponse:
    """The Markdown itself, byte for byte as the archive holds it."""
    text = archives.text_of(find_version(request, commit))
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
    """The lines of a comparison. Not kept: reading it back from a cache takes longer than comparing again."""
    return worddiff.diff(archives.text_of(old) if old else "", archives.text_of(new))


@require_safe
def change(request: HttpRequest, commit: str) -> HttpResponse:
    """What a version changed, word by word."""
    found = find_version(request, commit)
    before = found.previous()
    old, new = archives.text_of(before) if before else "", archives.text_of(found)
    lines = worddiff.diff(old, new)
    what = change_between(old, new) if before else None
    context = {
        "version": found,
        "terms": found.terms,
        "previous": before,
        "older": before if before and before.kind != Version.Kind.FIRST else None,
        "newer": found.next(),
        "blocks": blocks_of(lines),
        # As the lists, feeds and statistics count it: by sentences, where the comparison below goes by lines.
        "size": worddiff.Size(what.words_added, what.words_removed) if what else worddiff.size(lines),
        "mode": _view_of(request),
        "what": what,
        "memos": Memo.objects.visible_to(request.user).with_names().filter(terms=found.terms, commit=commit),
        "may_annotate": organisation_of_memos(request.user) is not None,
        "reasons": [(name_of_reason(code), points) for code, points in found.touched.get("reasons", ())],
    }
    return render(request, "terms_tracker/change.html", context)


@require_safe
def compare(request: HttpRequest, collection: str, service: str, terms: str) -> HttpResponse:
    """The versions in force at two dates, compared; says which dates were really used."""
    found = find_terms(request, collection, service, terms)
    asked_from, asked_to = request.GET.get("from", ""), request.GET.get("to", "")
    old, new = version_at(found, asked_from, is_end=False), version_at(found, asked_to, is_end=True)
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
