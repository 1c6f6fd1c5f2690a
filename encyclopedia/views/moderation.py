"""What moderators do: proposals, protection, names, deletion, reverts."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disinfo.accounts.models import User
from encyclopedia.models import Page, Remark, Revision
from encyclopedia.permissions import can_moderate
from encyclopedia.services import moderating, writing
from encyclopedia.views.finding import slice_of
from encyclopedia.views.history import find_revision

_MOST_REMARKS = 100


def _moderator(request: HttpRequest) -> User:
    if not can_moderate(request.user):
        raise PermissionDenied
    return cast("User", request.user)


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits to be read, the oldest first."""
    _moderator(request)
    rows = (
        Revision.objects.waiting()
        .defer("data")
        .select_related("page__kind", "author")
        .order_by("saved_at", "pk")
    )
    context = {"page_obj": slice_of(request, rows), "remarks": Remark.objects.waiting()[:_MOST_REMARKS]}
    return render(request, "encyclopedia/proposals.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or reject a proposal; verify, patrol, or revert what a writer did."""
    moderator = _moderator(request)
    found = find_revision(request, pk)
    # A line of text may be sent with breaks in it.
    reason, deed = " ".join(request.POST.get("reason", "").split()), request.POST.get("deed", "")
    if deed in ("reject", "revert") and not reason:
        messages.error(request, _("Say why, in 300 characters at most."))
        return redirect(found)
    if deed == "accept":
        return _accept(request, found, moderator, reason)
    if deed == "reject":
        writing.reject(proposal=found, moderator=moderator, reason=reason)
        messages.success(request, _("Rejected. Who proposed it can read why."))
        return redirect("encyclopedia:proposals")
    if deed == "verify":
        moderating.verify(revision=found, moderator=moderator)
        messages.success(request, _("This revision is verified, and the page counts as checked today."))
    elif deed == "patrol":
        moderating.patrol(revision=found, moderator=moderator)
        messages.success(request, _("Looked at: %(page)s") % {"page": found.page.title})
        return redirect(reverse("encyclopedia:changes") + "?unpatrolled=1")
    elif deed == "revert" and found.author is not None:
        count = moderating.revert(author=found.author, moderator=moderator, reason=reason)
        messages.success(request, _("Pages put back: %(count)d.") % {"count": count})
        if mixed := moderating.mixed(author=found.author):
            told = ngettext(
                "On %(count)d page others have written since: look there by hand, words of theirs may still stand.",
                "On %(count)d pages others have written since: look there by hand, words of theirs may still stand.",
                mixed,
            )
            messages.warning(request, told % {"count": mixed})
        return redirect(reverse("encyclopedia:changes") + f"?by={found.author.pk}")
    else:
        raise Http404
    return redirect(found.page)


def _accept(request: HttpRequest, found: Revision, moderator: User, reason: str) -> HttpResponse:
    saved = writing.accept(proposal=found, moderator=moderator, reason=reason)
    if saved.conflicts:
        messages.error(
            request,
            _("The page has changed in the same places since: edit it by hand, with this beside you."),
        )
        return redirect(found)
    if saved.is_unchanged:
        messages.info(request, _("Somebody has decided on it already."))
        return redirect(found)
    messages.success(request, _("Published. Who proposed it can read so."))
    return redirect(found.page)


@login_required
@require_http_methods(["GET", "POST"])
def manage(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Protect, rename, delete or bring back a page."""
    moderator = _moderator(request)
    page = Page.objects.at(language, slug).first()
    if page is None:
        raise Http404
    if request.method == "POST":
        page = _manage(request, page, moderator)
        return redirect("encyclopedia:manage", page.language, page.slug)
    return render(request, "encyclopedia/manage.html", {"page": page, "levels": Page.Protection.choices})


def _manage(request: HttpRequest, page: Page, moderator: User) -> Page:
    deed, reason = request.POST.get("deed", ""), request.POST.get("reason", "").strip()
    if deed in ("protect", "delete", "undelete") and not reason:
        messages.error(request, _("Say why, in 300 characters at most."))
    elif deed == "rename":
        return _rename(request, page, moderator)
    elif deed == "protect" and request.POST.get("level") in Page.Protection.values:
        shows = request.POST.get("shows_verified") == "on"
        moderating.protect(
            page=page, level=request.POST["level"], shows_verified=shows, reason=reason, moderator=moderator
        )
        messages.success(request, _("Saved."))
    elif deed == "delete":
        moderating.delete(page=page, moderator=moderator, reason=reason)
        messages.success(request, _("Deleted. Its history is kept, and it can be brought back."))
    elif deed == "undelete":
        moderating.undelete(page=page, moderator=moderator, reason=reason)
        messages.success(request, _("The page is back."))
    else:
        raise Http404
    return page


def _rename(request: HttpRequest, page: Page, moderator: User) -> Page:
    try:
        renamed = moderating.rename(page=page, slug=request.POST.get("slug", ""), moderator=moderator)
    except moderating.AddressTakenError:
        messages.error(request, _("That address is taken, or is empty."))
        return page
    if renamed.slug == page.slug:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("Renamed. The old address leads here."))
    return renamed
