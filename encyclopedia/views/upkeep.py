"""Keeping pages true: what nobody has checked, what I watch, and a page by chance."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disinfo.accounts.models import User
from encyclopedia.models import Page, Watch
from encyclopedia.permissions import can_publish
from encyclopedia.services import moderating, telling, writing
from encyclopedia.views.finding import MovedError, find, is_number, moved_to, slice_of


@require_safe
def stale(request: HttpRequest) -> HttpResponse:
    """Pages nobody has checked for twelve months, the longest waiting first."""
    rows = Page.objects.live().stale().select_related("kind").defer("parts", "fields")
    return render(request, "encyclopedia/stale.html", {"page_obj": slice_of(request, rows)})


@require_POST
@login_required
def check(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """A member has read the page today and found it still true."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "page")
    if not can_publish(request.user, page):
        raise PermissionDenied
    moderating.check(page=page, member=cast("User", request.user))
    messages.success(request, _("Noted: checked today, still true."))
    return redirect(page)


@require_POST
@login_required
def catch_up(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """A member has brought a translation up to the revision of the original that they were shown."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "page")
    if not can_publish(request.user, page):
        raise PermissionDenied
    asked, before = request.POST.get("origin", ""), page.translated_from
    if before is None or not is_number(asked):
        raise Http404
    origin = get_object_or_404(before.page.revisions.published(), pk=int(asked))
    writing.catch_up(page=page, origin=origin, member=cast("User", request.user))
    messages.success(request, _("Noted: it says what the original says."))
    return redirect(page)


@require_safe
def random_page(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (open to all)
    """A page by chance, in the reader's language if there is one."""
    own = (get_language() or "en")[:2]
    found = Page.objects.filter(language=own).by_chance() or Page.objects.by_chance()
    response = redirect(found) if found else redirect("encyclopedia:home")
    response["Cache-Control"] = "no-store"
    return response


# A mail program posts here without a session (RFC 8058): the signed address is what lets it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unwatch(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mail's own address leads: reading it asks, posting to it stops."""
    try:
        found = telling.watch_of(token)
    except BadSignature as error:
        raise Http404 from error
    if found and request.method == "POST":
        telling.set_watch(page=found.page, user=found.user, is_on=False)
        found = None
    return render(request, "encyclopedia/unwatch.html", {"watch": found})


@login_required
@require_safe
def watching(request: HttpRequest) -> HttpResponse:
    """The pages I watch, and which have changed since I looked."""
    rows = Watch.objects.of(cast("User", request.user))
    return render(request, "encyclopedia/watching.html", {"page_obj": slice_of(request, rows)})
