"""Keeping pages true: what nobody has checked, what I watch, and a page by chance."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from disinfo.accounts.models import User
from encyclopedia.models import Page, Watch
from encyclopedia.permissions import can_publish
from encyclopedia.services import moderating
from encyclopedia.views.finding import MovedError, find, moved_to, slice_of


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


@require_safe
def random_page(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (open to all)
    """A page by chance, in the reader's language if there is one."""
    own = (get_language() or "en")[:2]
    found = Page.objects.filter(language=own).by_chance() or Page.objects.by_chance()
    response = redirect(found) if found else redirect("encyclopedia:home")
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def watching(request: HttpRequest) -> HttpResponse:
    """The pages I watch, and which have changed since I looked."""
    rows = Watch.objects.of(cast("User", request.user))
    return render(request, "encyclopedia/watching.html", {"page_obj": slice_of(request, rows)})
