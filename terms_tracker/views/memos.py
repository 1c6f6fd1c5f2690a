"""Memos on changes: read, written, reviewed, published."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disinfo import worddiff
from disinfo.accounts.models import User
from disinfo.diffview import blocks_of
from terms_tracker.forms import MemoForm
from terms_tracker.models import Memo, Version
from terms_tracker.permissions import can_publish, can_write_memos, organisation_of_memos
from terms_tracker.services import memos as services
from terms_tracker.views.reading import find_version

_PER_PAGE = 50


def _find(request: HttpRequest, pk: int) -> Memo:
    return get_object_or_404(Memo.objects.visible_to(request.user).with_names(), pk=pk)


@require_safe
def memos(request: HttpRequest) -> HttpResponse:
    """Published memos, and those of the caller's organisation."""
    rows = Memo.objects.visible_to(request.user).with_names()
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "terms_tracker/memos.html", {"page_obj": page})


@require_safe
def memo(request: HttpRequest, pk: int) -> HttpResponse:
    """One memo with the sentences it cites."""
    found = _find(request, pk)
    version = found.version
    context = {
        "memo": found,
        "version": version,
        "change_url": version.get_change_url() if version else "",
        "may_write": can_write_memos(request.user, found),
        "may_publish": can_publish(request.user, found),
    }
    return render(request, "terms_tracker/memo.html", context)


@require_safe
def memo_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every revision, each compared with the one before: for the organisation, which also sees the drafts."""
    found = _find(request, pk)
    if not can_write_memos(request.user, found):
        raise PermissionDenied
    revisions = list(found.revisions.select_related("author"))
    before = [*revisions[1:], None]
    rows = [
        (new, blocks_of(worddiff.diff(_text_of(old), _text_of(new))))
        for new, old in zip(revisions, before, strict=True)
    ]
    return render(request, "terms_tracker/memo_history.html", {"memo": found, "rows": rows})


def _text_of(revision: Any) -> str:
    if revision is None:
        return ""
    cited = "".join(f"\n> {each['text']}\n" for each in revision.passages)
    return f"# {revision.title}\n\n{revision.body}\n{cited}"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write_memo(request: HttpRequest, commit: str) -> HttpResponse:
    """Begin a memo on a change."""
    version = find_version(request, commit)
    user = cast("User", request.user)
    if organisation_of_memos(user) is None:
        raise PermissionDenied
    form = MemoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write(
                version=version,
                author=user,
                title=form.cleaned_data["title"],
                body=form.cleaned_data["body"],
                cited=request.POST.getlist("cited"),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept as a draft: only your organisation sees it."))
            return redirect(made)
    return _edit_page(request, form, version, services.passages_of(version), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_memo(request: HttpRequest, pk: int) -> HttpResponse:
    """Write in a memo; when somebody else saved meanwhile, both texts are shown and nothing is lost."""
    found = _find(request, pk)
    user = cast("User", request.user)
    if not can_write_memos(user, found):
        raise PermissionDenied
    form = MemoForm(request.POST or None, initial={"based_on": found.number}, instance=found)
    other: Memo | None = None
    if request.method == "POST" and form.is_valid():
        try:
            services.rewrite(
                memo=found,
                based_on=form.cleaned_data["based_on"] or 0,
                editor=user,
                title=form.cleaned_data["title"],
                body=form.cleaned_data["body"],
                cited=request.POST.getlist("cited"),
            )
        except services.OverwriteError:
            other = Memo.objects.get(pk=pk)
            form.data = form.data.copy()  # type: ignore[attr-defined]  # what was posted is a QueryDict
            form.data["based_on"] = str(other.number)  # type: ignore[index]  # a copy may be written to
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(found)
    version = found.version
    return _edit_page(request, form, version, services.passages_of(version) if version else [], found, other)


def _edit_page(
    request: HttpRequest,
    form: MemoForm,
    version: Version | None,
    passages: list[services.Passage],
    memo: Memo | None,
    other: Memo | None = None,
) -> HttpResponse:
    kept = memo.passages if memo else []
    cited = request.POST.getlist("cited") or [f"{each['side']}-{each['digest']}" for each in kept]
    listed = [*kept, *(each for each in passages if each not in kept)]
    context = {
        "form": form,
        "memo": memo,
        "version": version,
        "passages": [(f"{each['side']}-{each['digest']}", each) for each in listed],
        "cited": cited,
        "other": other,
    }
    status = 409 if other else 400 if form.errors else 200
    return render(request, "terms_tracker/memo_form.html", context, status=status)


@login_required
@require_POST
def move_memo(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit, return, publish or withdraw."""
    found = _find(request, pk)
    try:
        services.move(memo=found, deed=request.POST.get("deed", ""), actor=cast("User", request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(found)
