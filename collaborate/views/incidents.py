"""The board of incidents, and the page of one: everything about it, everything one may do with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from collaborate import people
from collaborate.grid import grid_of
from collaborate.incident_forms import (
    ClaimForm,
    EvidenceForm,
    ExerciseForm,
    LeadForm,
    NoteForm,
    OpenForm,
    TakedownForm,
    VerdictForm,
    VoteForm,
)
from collaborate.models import Address, Attachment, Incident, Message, Room
from collaborate.permissions import can_enter_collaboration, can_respond
from collaborate.services import exercises, incidents, qualifying, takedowns
from collaborate.services.refusals import RefusedError
from collaborate.speaking import pair
from collaborate.views.access import person
from disinfo.accounts.permissions import roles_of

_LAST = 12


def incident_for(request: HttpRequest, pk: int) -> Incident:
    """The incident, for somebody who may enter its room."""
    rows = Incident.objects.visible_to(request.user).select_related("room__organisation", "owner")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Incidents by state, the gravest first."""
    if not can_enter_collaboration(request.user):
        return render(request, "collaborate/closed.html", status=200)
    rows = Incident.objects.visible_to(request.user).filter(is_exercise="exercises" in request.GET)
    severity = request.GET.get("severity", "")
    if severity.isdecimal() and int(severity) in Incident.Severity.values:
        rows = rows.filter(severity=int(severity))
    found = list(rows.on_board()[:500])
    context = {
        "columns": [(state, [row for row in found if row.state == state.value]) for state in Incident.State],
        "severities": Incident.Severity.choices,
        "severity": severity,
        "shows_exercises": "exercises" in request.GET,
        "may_open": bool(roles_of(person(request))),
    }
    return render(request, "collaborate/incidents.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """Open an incident, from a message or from nothing; or start an exercise."""
    user = person(request)
    if not roles_of(user):
        raise PermissionDenied
    origin = _origin(request)
    asks_exercise = request.POST.get("deed") == "exercise"
    form = OpenForm(
        None if asks_exercise or request.method == "GET" else request.POST, opener=user, auto_id="open_%s"
    )
    exercise_form = ExerciseForm(request.POST if asks_exercise else None, auto_id="exercise_%s")
    if request.method == "POST":
        try:
            if opened := _opened(request, origin, form, exercise_form):
                return redirect(opened)
        except RefusedError as error:
            messages.error(request, str(error))
    context = {"form": form, "exercise_form": exercise_form, "origin": origin}
    return render(request, "collaborate/incident_new.html", context)


def _origin(request: HttpRequest) -> Message | None:
    asked = request.GET.get("message", "") or request.POST.get("message", "")
    if not (asked.isdecimal() and len(asked) < 18):
        return None
    rooms = Room.objects.visible_to(request.user)
    rows = (
        Message.objects.readable()
        .filter(room__in=rooms)
        .select_related("room__organisation", "root__room", "author")
    )
    return rows.filter(pk=int(asked)).first()


def _opened(
    request: HttpRequest, origin: Message | None, form: OpenForm, exercise_form: ExerciseForm
) -> Incident | None:
    user = person(request)
    if request.POST.get("deed") == "exercise":
        if not exercise_form.is_valid():
            return None
        script = exercises.known()[exercise_form.cleaned_data["scenario"]]
        return exercises.begin(script=script, player=user).incident
    if origin is not None:
        return incidents.open_from(message=origin, opener=user, name=request.POST.get("name", "")[:100])
    if not form.is_valid():
        return None
    values = form.cleaned_data
    return incidents.open_new(
        opener=user,
        name=values["name"],
        kind=Room.Kind(values["kind"]),
        organisation=values["organisation"],
        tlp=values["tlp"],
    )


@login_required
@require_http_methods(["GET", "POST"])
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident; what is done here is done by members, never by guests."""
    found = incident_for(request, pk)
    if request.method == "POST":
        if not can_respond(request.user, found):
            raise PermissionDenied
        deed = _DEEDS.get(request.POST.get("deed", ""))
        if deed is None:
            return HttpResponse(status=400)
        try:
            deed(request, found)
        except RefusedError as error:
            messages.error(request, str(error))
        return redirect(f"{found.get_absolute_url()}#{request.POST.get('at', 'top')[:20]}")
    return render(request, "collaborate/incident.html", _context(request, found))


def _context(request: HttpRequest, found: Incident) -> dict[str, Any]:
    answers = {row.criterion: row for row in grid_of(found)}
    audience = people.audience_of(found.room)
    lead = {"severity": found.severity, "owner": found.owner_id, "target_minutes": found.target_minutes}
    exercise = getattr(found, "exercise", None) if found.is_exercise else None
    return {
        "incident": found,
        "room": found.room,
        "can_respond": can_respond(request.user, found),
        "states": Incident.State.choices,
        "steps": found.steps.select_related("done_by"),
        "open_steps": found.steps.filter(done_at=None).count(),
        "evidence": found.evidence.select_related("link__address", "picture__message__room", "added_by"),
        "pictures": Attachment.objects.filter(
            message__room=found.room, width__isnull=False, message__deleted_at=None
        )[:20],
        "claims": found.claims.prefetch_related("appearances__link", "appearances__message").select_related(
            "judged_by"
        ),
        "grid": answers.values(),
        "techniques": found.techniques.select_related("proposed_by", "decided_by"),
        "takedowns": found.takedowns.select_related("address__link", "sent_by"),
        "addresses": Address.objects.of(found),
        "log": found.log.order_by("-number")[:_LAST],
        "exercise": exercise,
        "lead_form": LeadForm(initial=lead, people=audience, auto_id="lead_%s"),
        "evidence_form": EvidenceForm(auto_id="evidence_%s"),
        "claim_form": ClaimForm(auto_id="claim_%s"),
        "verdict_form": VerdictForm(auto_id=False),
        "verdicts": found.claims.model.Verdict.choices,
        "vote_form": VoteForm(auto_id="vote_%s"),
        "takedown_form": TakedownForm(auto_id="takedown_%s"),
        "note_form": NoteForm(auto_id="note_%s"),
    }


def _read(form: Form) -> dict[str, Any]:
    """What was filled in.

    Raises:
        RefusedError: something is wrong; the message says in which field.
    """
    if not form.is_valid():
        first = next(iter(form.errors.items()))
        name = form.fields[first[0]].label if first[0] in form.fields else ""
        raise RefusedError(pair(name, first[1][0]) if name else str(first[1][0]))
    return form.cleaned_data


def _state(request: HttpRequest, found: Incident) -> None:
    incidents.change_state(incident=found, state=request.POST.get("state", ""), actor=person(request))


def _lead(request: HttpRequest, found: Incident) -> None:
    values = _read(LeadForm(request.POST, people=people.audience_of(found.room)))
    incidents.change(incident=found, actor=person(request), **values)


def _note(request: HttpRequest, found: Incident) -> None:
    text = _read(NoteForm(request.POST))["text"]
    incidents.note(
        incident=found, text=text, actor=person(request), is_decision="is_decision" in request.POST
    )


def _follow(request: HttpRequest, found: Incident) -> None:
    number = incidents.follow(
        incident=found, path=request.POST.get("path", "").strip()[:300], actor=person(request)
    )
    messages.success(request, _("%(number)d steps taken in.") % {"number": number})


def _add_step(request: HttpRequest, found: Incident) -> None:
    incidents.add_step(incident=found, text=request.POST.get("text", ""), actor=person(request))


def _tick(request: HttpRequest, found: Incident) -> None:
    step = get_object_or_404(found.steps, pk=_key(request))
    step.incident = found
    incidents.tick(step=step, actor=person(request), is_done=request.POST.get("done") == "1")


def _evidence(request: HttpRequest, found: Incident) -> None:
    values = _read(EvidenceForm(request.POST))
    incidents.add_evidence(incident=found, what=values["what"], note=values["note"], actor=person(request))


def _picture(request: HttpRequest, found: Incident) -> None:
    rows = Attachment.objects.filter(message__room=found.room, width__isnull=False, message__deleted_at=None)
    picture = get_object_or_404(rows, pk=_key(request))
    incidents.add_picture(
        incident=found, picture=picture, note=request.POST.get("note", ""), actor=person(request)
    )


def _claim(request: HttpRequest, found: Incident) -> None:
    qualifying.claim(incident=found, text=_read(ClaimForm(request.POST))["text"], actor=person(request))


def _judge(request: HttpRequest, found: Incident) -> None:
    values = _read(VerdictForm(request.POST))
    claim = get_object_or_404(found.claims, pk=_key(request))
    claim.incident = found
    qualifying.judge(claim=claim, verdict=values["verdict"], reason=values["reason"], actor=person(request))


def _vote(request: HttpRequest, found: Incident) -> None:
    qualifying.vote(incident=found, voter=person(request), **_read(VoteForm(request.POST)))


def _propose(request: HttpRequest, found: Incident) -> None:
    qualifying.propose(incident=found, code=request.POST.get("code", ""), actor=person(request))


def _decide(request: HttpRequest, found: Incident) -> None:
    technique = get_object_or_404(found.techniques, pk=_key(request))
    technique.incident = found
    qualifying.decide(
        technique=technique, is_accepted=request.POST.get("accepted") == "1", actor=person(request)
    )


def _takedown(request: HttpRequest, found: Incident) -> None:
    takedowns.send(incident=found, actor=person(request), **_read(TakedownForm(request.POST)))


def _mark_takedown(request: HttpRequest, found: Incident) -> None:
    row = get_object_or_404(found.takedowns, pk=_key(request))
    row.incident = found
    reference = request.POST.get("reference", "")
    takedowns.mark(
        takedown=row, what=request.POST.get("what", ""), actor=person(request), reference=reference
    )


def _key(request: HttpRequest) -> int:
    key = request.POST.get("key", "")
    return int(key) if key.isdecimal() and len(key) < 18 else 0


_DEEDS: dict[str, Callable[[HttpRequest, Incident], None]] = {
    "state": _state,
    "lead": _lead,
    "note": _note,
    "follow": _follow,
    "step": _add_step,
    "tick": _tick,
    "evidence": _evidence,
    "picture": _picture,
    "claim": _claim,
    "judge": _judge,
    "vote": _vote,
    "propose": _propose,
    "decide": _decide,
    "takedown": _takedown,
    "mark": _mark_takedown,
}
