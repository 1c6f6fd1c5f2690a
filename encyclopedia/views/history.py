"""What a page said before, and who wrote what."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from disinfo import worddiff
from disinfo.diffview import blocks_of
from encyclopedia.blame import blame as blamed
from encyclopedia.models import Revision
from encyclopedia.permissions import can_moderate, can_publish
from encyclopedia.services import publishing, writing
from encyclopedia.views.finding import MovedError, find, is_number, moved_to, slice_of, writer_of
from encyclopedia.views.reading import bibliography, facts
from encyclopedia.views.showing import shown

_MOST_BLAMED = 1_000


def find_revision(request: HttpRequest, pk: int) -> Revision:
    """A revision; those of a deleted page, and proposals for one that never was, are there for moderators only.

    Raises:
        Http404: there is none, or it is not the caller's to read.
    """
    rows = Revision.objects.select_related("page__kind", "page__current", "author", "keyframe")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    is_own = found.author_id is not None and found.author_id == request.user.pk
    is_open = found.page.current is not None and not found.page.is_deleted
    if not (is_open or is_own or can_moderate(request.user)):
        raise Http404
    return found


@require_safe
def history(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Every revision of a page."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "history")
    asked = [request.GET.get(name, "") for name in ("old", "new")]
    if all(is_number(each) for each in asked):
        return redirect("encyclopedia:compare", *sorted(map(int, asked)))
    rows = page.revisions.defer("data").select_related("author").order_by("-number")
    context = {"page": page, "page_obj": slice_of(request, rows), "can_moderate": can_moderate(request.user)}
    return render(request, "encyclopedia/history.html", context)


@require_safe
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """A page as it was, or as somebody proposes it."""
    found = find_revision(request, pk)
    document = found.document
    parts, _reading = publishing.parts_of(found.page.language, document.body)
    made, headings = shown(parts)
    before = found.base or found.previous()
    lines = worddiff.diff(before.text if before else "", found.text)
    context = {
        "page": found.page,
        "revision": found,
        "document": document,
        "parts": made,
        "headings": headings,
        "facts": facts(found.page, dict(document.fields)),
        "sources": bibliography(parts),
        "before": before,
        "blocks": blocks_of(lines),
        "size": worddiff.size(lines),
        "can_publish": can_publish(request.user, found.page),
        "can_moderate": can_moderate(request.user),
    }
    return render(request, "encyclopedia/revision.html", context)


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The text itself, front matter included."""
    return HttpResponse(find_revision(request, pk).text, content_type="text/plain; charset=utf-8")


@require_safe
def compare(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """Two revisions, word by word."""
    one, other = find_revision(request, old), find_revision(request, new)
    if one.page_id != other.page_id:
        raise Http404
    lines = worddiff.diff(one.text, other.text)
    context = {
        "page": one.page,
        "old": one,
        "new": other,
        "blocks": blocks_of(lines),
        "size": worddiff.size(lines),
        "mode": "side" if request.GET.get("view") == "side" else "inline",
    }
    return render(request, "encyclopedia/compare.html", context)


@require_safe
def blame(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Each sentence with the revision that brought it."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "blame")
    rows = list(
        page.revisions.published().select_related("author", "keyframe").order_by("-number")[:_MOST_BLAMED]
    )
    sentences = blamed([(row, row.document.body) for row in reversed(rows)])
    return render(request, "encyclopedia/blame.html", {"page": page, "sentences": sentences})


@login_required
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an earlier text what the page says again."""
    found = find_revision(request, pk)
    if not can_publish(request.user, found.page):
        raise PermissionDenied
    reason = _("Restored revision %(number)d.") % {"number": found.number}
    saved = writing.restore(revision=found, writer=writer_of(request, found.page), reason=reason)
    messages.success(request, _("Nothing was changed.") if saved.is_unchanged else reason)
    return redirect(found.page)
