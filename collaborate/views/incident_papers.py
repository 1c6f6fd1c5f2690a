"""What is taken out of incidents: the log, the note for who takes over, the report, files, figures."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from collaborate import incident_figures, incident_tables
from collaborate.incident_forms import ReportForm
from collaborate.models import Address, Incident
from collaborate.permissions import can_enter_collaboration, can_respond
from collaborate.services import logbook, reporting
from collaborate.services.refusals import RefusedError
from collaborate.views.access import person
from collaborate.views.incidents import incident_for
from disinfo import exports, files
from disinfo.accounts import audit


@login_required
@require_safe
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole log, to be read."""
    found = incident_for(request, pk)
    return render(
        request, "collaborate/incident_log.html", {"incident": found, "log": found.log.order_by("number")}
    )


@login_required
@require_safe
def export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The log as JSON lines, the facts as CSV, the incident as STIX; taking out is written down."""
    found = incident_for(request, pk)
    if form not in ("log", "csv", "stix"):
        raise Http404
    audit.record("collaborate.export_incident", actor=person(request), on=found, form=form)
    name = f"incident-{found.pk}"
    if form == "log":
        return exports.as_file(request, f"{name}-log", "ndjson", (), logbook.lines(found))
    if form == "csv":
        return exports.as_file(request, name, "csv", incident_tables.FACTS, incident_tables.facts(found))
    headers = {"Content-Disposition": f'attachment; filename="{name}.stix.json"'}
    body = json.dumps(incident_tables.stix(found), ensure_ascii=False, indent=1)
    return HttpResponse(body, content_type="application/stix+json;version=2.1", headers=headers)


@login_required
@require_safe
def board_table(request: HttpRequest) -> HttpResponseBase:
    """The board as CSV."""
    rows = Incident.objects.visible_to(request.user).on_board().prefetch_related("takedowns")
    return exports.as_file(request, "incidents", "csv", incident_tables.BOARD, incident_tables.board(rows))


@login_required
@require_safe
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """The note for who takes over."""
    found = incident_for(request, pk)
    text = reporting.handover(found, person(request))
    return render(request, "collaborate/incident_handover.html", {"incident": found, "text": text})


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The closing report: made from the incident, edited, published as a case study."""
    found = incident_for(request, pk)
    user = person(request)
    if not can_respond(user, found):
        raise PermissionDenied
    if request.method == "GET":
        text = found.report or reporting.report(found, user)
        form = ReportForm(initial={"title": found.room.name, "text": text})
        return render(request, "collaborate/incident_report.html", {"incident": found, "form": form})
    form = ReportForm(request.POST)
    if form.is_valid():
        reporting.save(incident=found, text=form.cleaned_data["text"], actor=user)
        if request.POST.get("deed") != "publish":
            messages.success(request, _("Saved."))
            return redirect("collaborate:incident_report", found.pk)
        try:
            return redirect(reporting.hand_in(incident=found, title=form.cleaned_data["title"], actor=user))
        except RefusedError as error:
            messages.error(request, str(error))
    return render(request, "collaborate/incident_report.html", {"incident": found, "form": form})


@login_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Times of incidents by month, of those one may enter."""
    if not can_enter_collaboration(request.user):
        return render(request, "collaborate/closed.html")
    context = {"months": incident_figures.months(request.user), "platforms": incident_figures.platforms()}
    return render(request, "collaborate/incident_figures.html", context)


@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    """What platforms did with requests, month by month; for everybody once a month is over."""
    start = incident_figures.start_of_month()
    return render(
        request,
        "collaborate/platforms.html",
        {"platforms": incident_figures.platforms(before=start), "until": start},
    )


@login_required
@require_safe
def address_copy(request: HttpRequest, pk: int, part: str = "copy") -> HttpResponse:
    """What is kept of an address, for who may enter a room where it was named.

    The copy and its words are files, never a page of ours; the picture we drew ourselves, and it is shown.
    """
    column = _PARTS.get(part)
    if column is None:
        raise Http404
    found = get_object_or_404(Address.objects.open_to(request.user).exclude(**{column: ""}), pk=pk)
    name = getattr(found, column)
    try:
        content = files.read(name)
    except FileNotFoundError as error:
        raise Http404 from error
    file = f"{part}-{found.pk}.{name.rpartition('.')[2]}"
    if part == "picture":
        headers = {"Content-Disposition": f'inline; filename="{file}"'}
        return HttpResponse(content, content_type="image/png", headers=headers)
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


_PARTS = {"copy": "file", "text": "text_file", "picture": "picture_file"}
