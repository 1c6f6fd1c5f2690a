"""The works that pages cite."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from disinfo import files
from disinfo.accounts.models import User
from encyclopedia.forms import SourceForm
from encyclopedia.models import Source
from encyclopedia.permissions import can_publish
from encyclopedia.services import citing, sources
from encyclopedia.views.finding import slice_of


@require_safe
def source_records(request: HttpRequest) -> HttpResponse:
    """Every source, or those with some words, or those whose link has a problem."""
    query = request.GET.get("q", "").strip()[:200]
    rows = Source.objects.with_words(query)
    has_problem = bool(request.GET.get("problem"))
    if has_problem:
        rows = rows.exclude(problem="")
    context = {
        "page_obj": slice_of(request, rows),
        "query": query,
        "has_problem": has_problem,
        "can_publish": can_publish(request.user, None),
    }
    return render(request, "encyclopedia/source_records.html", context)


@require_safe
def source_record(request: HttpRequest, key: str) -> HttpResponse:
    """One source: where it is, our copy, who cites it."""
    found = get_object_or_404(Source, key=key)
    context = {
        "source": found,
        "pages": citing.pages_citing(found.key),
        "can_publish": can_publish(request.user, None),
    }
    return render(request, "encyclopedia/source_record.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def edit_source(request: HttpRequest, key: str = "") -> HttpResponse:
    """Record a source, or correct one; members only."""
    if not can_publish(request.user, None):
        raise PermissionDenied
    found = get_object_or_404(Source, key=key) if key else None
    initial = {} if found else {"key": request.GET.get("key", "")[:80]}
    form = SourceForm(request.POST or None, instance=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = sources.record(source=form.save(commit=False), editor=cast("User", request.user))
        except sources.KeyTakenError:
            form.add_error("key", _("A source with this key has just been recorded."))
        else:
            messages.success(request, _("Saved."))
            return redirect(saved)
    return render(request, "encyclopedia/edit_source.html", {"form": form, "source": found})


@require_safe
def source_copy(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001 (open to all)
    """Our copy of a source, to be kept as a file and never shown as a page of ours."""
    found = get_object_or_404(Source.objects.exclude(archived_file=""), key=key)
    try:
        content = files.read(str(found.archived_file))
    except FileNotFoundError as error:
        raise Http404 from error
    extension = str(found.archived_file).rpartition(".")[2]
    name = f"{slugify(found.key) or 'source'}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
