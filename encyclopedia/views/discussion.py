"""Talking about a page."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from disinfo.accounts.models import User
from encyclopedia.forms import RemarkForm, ThreadForm
from encyclopedia.models import Page, Remark, Thread
from encyclopedia.permissions import can_moderate, can_publish
from encyclopedia.services import discussing
from encyclopedia.views.finding import TOO_MANY, MovedError, find, may_send, moved_to, slice_of
from encyclopedia.views.showing import show_remarks


@require_http_methods(["GET", "POST"])
def discussion(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """The threads about a page; anyone opens one."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "discussion")
    if page.is_deleted:
        return redirect(page)
    form = ThreadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_send(request):
            form.add_error(None, str(TOO_MANY))
            return _shown(request, page, form)
        remark = discussing.begin(page=page, **form.cleaned_data, **_speaker(request))
        return _after(request, remark)
    return _shown(request, page, form)


def _shown(request: HttpRequest, page: Page, form: ThreadForm) -> HttpResponse:
    is_moderator = can_moderate(request.user)
    rows = page.threads.seen_by(is_moderator=is_moderator).select_related("page")
    threads = slice_of(request, rows, 30)
    show_remarks(page.language, [remark for thread in threads for remark in thread.shown])
    context = {
        "page": page,
        "page_obj": threads,
        "form": form,
        "can_moderate": is_moderator,
        "is_member": can_publish(request.user, None),
    }
    return render(request, "encyclopedia/discussion.html", context)


def _speaker(request: HttpRequest) -> dict[str, Any]:
    author = request.user if isinstance(request.user, User) else None
    return {"author": author, "is_shown": can_publish(request.user, None)}


def _after(request: HttpRequest, remark: Remark) -> HttpResponse:
    if remark.status == Remark.Status.WAITING:
        messages.success(request, _("Thank you. A moderator will read it before it is shown."))
        page = remark.thread.page
        return redirect("encyclopedia:discussion", page.language, page.slug)
    return redirect(remark.thread)


@require_POST
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer in a thread; members also resolve it, or open it again."""
    rows = Thread.objects.filter(page__is_deleted=False, page__current__isnull=False)
    seen = rows.seen_by(is_moderator=can_moderate(request.user)).select_related("page")
    found = get_object_or_404(seen, pk=pk)
    deed = request.POST.get("deed", "reply")
    if deed in ("resolve", "reopen"):
        if not can_publish(request.user, None):
            raise PermissionDenied
        member = cast("User", request.user)
        discussing.set_resolved(thread=found, member=member, is_resolved=deed == "resolve")
        return redirect(found)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was sent: write something first, 10,000 characters at most."))
        return redirect(found)
    if not may_send(request):
        messages.error(request, TOO_MANY)
        return redirect(found)
    remark = discussing.reply(thread=found, text=form.cleaned_data["text"], **_speaker(request))
    return _after(request, remark)


@login_required
@require_POST
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Show or hide what somebody said; for moderators."""
    if not can_moderate(request.user):
        raise PermissionDenied
    found = get_object_or_404(Remark.objects.select_related("thread__page"), pk=pk)
    moderator = cast("User", request.user)
    if request.POST.get("deed") == "show":
        discussing.show(remark=found, moderator=moderator)
    else:
        discussing.hide(remark=found, moderator=moderator, reason=request.POST.get("reason", ""))
    return redirect(found.thread)
