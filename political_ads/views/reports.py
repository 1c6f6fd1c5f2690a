"""Ads that citizens saw elsewhere: reported by anybody, let in or refused by reviewers."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disinfo.accounts.models import User
from political_ads import crowd_figures
from political_ads.forms import ModerationForm, ReportForm
from political_ads.models import CitizenReport, Media
from political_ads.networks import network_of
from political_ads.permissions import can_review
from political_ads.services import reporting
from political_ads.services.voting import RefusedError

_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """A form; what is sent waits for a reviewer."""
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = reporting.report(
                values=form.values, picture=form.cleaned_data["picture_file"], network=network_of(request)
            )
        except RefusedError as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            messages.success(
                request,
                _("Thank you. A reviewer will look at it; keep this reference: %s") % str(kept.reference)[:8],
            )
            return redirect("ads:report")
    context = {"form": form, "may_review": can_review(request.user)}
    return render(request, "political_ads/report.html", context)


@login_required
@require_safe
def waiting_reports(request: HttpRequest) -> HttpResponse:
    """Reports that wait, the oldest first."""
    _reviewers_only(request)
    waiting = CitizenReport.objects.filter(status=CitizenReport.Status.WAITING)[:_SHOWN]
    context = {"reports": waiting, "waiting": crowd_figures.waiting_for_reviewers(), "may_review": True}
    return render(request, "political_ads/reports.html", context)


@login_required
@require_POST
def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a report in, or refuse it."""
    _reviewers_only(request)
    kept, form = get_object_or_404(CitizenReport, pk=pk), ModerationForm(request.POST)
    moderator = cast("User", request.user)
    if not form.is_valid():
        messages.error(request, _("Say why you refuse it."))
        return redirect("ads:reports")
    try:
        if form.cleaned_data["decision"] == "accept":
            reporting.accept(kept=kept, moderator=moderator)
            messages.success(request, _("It is in: citizens will classify it like any other ad."))
        else:
            reporting.refuse(kept=kept, moderator=moderator, reason=form.cleaned_data["reason"])
            messages.success(request, _("It is refused."))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("ads:reports")


@login_required
@require_safe
def report_picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture of a report, for reviewers only."""
    _reviewers_only(request)
    kept = get_object_or_404(CitizenReport, pk=pk)
    if not kept.picture:
        raise Http404
    return FileResponse(kept.picture.open("rb"), content_type="image/jpeg")


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 (views take it)
    """A picture of an ad: made anew here, so that its type is what it says, and it never changes."""
    kept = get_object_or_404(Media.objects.exclude(file="").exclude(creative__task__state="hidden"), pk=pk)
    try:
        response = FileResponse(kept.file.open("rb"), content_type=kept.mime)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _reviewers_only(request: HttpRequest) -> None:
    if not can_review(request.user):
        raise PermissionDenied
