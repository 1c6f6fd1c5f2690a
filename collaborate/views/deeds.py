"""What can be done with one message."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from collaborate import people
from collaborate.forms import EditForm, MarkForm, ReasonForm, ShareForm
from collaborate.models import Message, Saved, ShareRequest
from collaborate.permissions import can_answer_for, can_change, can_delete, can_moderate
from collaborate.services import moderating, posting, reading, sharing
from collaborate.services.refusals import RefusedError
from collaborate.showing import shown
from collaborate.views.access import message_for, person, seat_for, whole_message_for


@login_required
@require_POST
def react(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Put a sign under a message, or take one's own away."""
    found = whole_message_for(request, slug, number)
    is_script = request.headers.get("Accept") == "application/json"
    user, sign = person(request), request.POST.get("sign", "")
    is_there = found.reactions.filter(user=user, sign=sign).exists()
    try:
        posting.react(message=found, user=user, sign=sign, wanted=_wanted(request, is_there))
    except RefusedError as error:
        if is_script:
            return HttpResponse(status=409)
        messages.error(request, str(error))
    if is_script:
        return HttpResponse(status=204)
    return redirect(f"{found.room.get_absolute_url()}#m-{number}")


@login_required
@require_http_methods(["GET", "POST"])
def more(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Everything about one message, and everything one may do with it."""
    found = message_for(request, slug, number)
    if request.method == "POST":
        seat_for(request, found.room)
        deed = _DEEDS.get(request.POST.get("deed", ""))
        if deed is None:
            return HttpResponse(status=400)
        try:
            deed(request, found)
        except RefusedError as error:
            messages.error(request, str(error))
            if request.POST.get("deed") == "edit":
                # What was written is not lost.
                context = {**_context(request, found), "edit_form": EditForm(request.POST)}
                return render(request, "collaborate/more.html", context, status=400)
        if request.headers.get("Accept") == "application/json":
            return HttpResponse(status=204)
        return redirect(_where_to(request, found))
    return render(request, "collaborate/more.html", _context(request, found))


def _wanted(request: HttpRequest, is_there: bool) -> bool:
    # A script says what it wants, so that asking twice is asking once; the button of a page turns what is there.
    said = request.POST.get("wanted")
    return not is_there if said is None else said == "true"


def _where_to(request: HttpRequest, found: Message) -> str:
    place = found.get_absolute_url()
    return place if request.POST.get("deed") == "delete" else f"{place}more/"


def _context(request: HttpRequest, found: Message) -> dict[str, object]:
    user, room = person(request), found.room
    moderates = can_moderate(user, room)
    may_see = not found.is_gone or (moderates and found.deleted_at is None)
    audience = people.audience_of(room)
    return {
        "room": room,
        "message": found,
        "shown": shown([found], room, user)[0],
        "may_see": may_see,
        "can_change": can_change(user, found),
        "can_delete": can_delete(user, found, room),
        "can_moderate": moderates,
        "can_answer": can_answer_for(user, found.organisation),
        "is_saved": Saved.objects.filter(user=user, message=found).exists(),
        "edit_form": EditForm(initial={"text": found.text}),
        "mark_form": MarkForm(initial={"mark": found.mark, "assignee": found.assignee_id}, people=audience),
        "reason_form": ReasonForm(auto_id="report_%s"),
        "hide_form": ReasonForm(auto_id="hide_%s"),
        "share_form": ShareForm(sharer=user, source=room, auto_id="share_%s"),
        "edits": found.edits.all() if may_see else [],
        "is_watched": found.is_watched_in(room),
        "sightings": found.sightings.select_related("user").order_by("at", "pk")[:500],
        "requests": found.share_requests.select_related("room", "asked_by"),
    }


def _edit(request: HttpRequest, found: Message) -> None:
    if not can_change(person(request), found):
        raise PermissionDenied
    form = EditForm(request.POST)
    if not form.is_valid():
        raise RefusedError(_("Nothing was changed: this is too long."))
    posting.edit(message=found, text=form.cleaned_data["text"], editor=person(request))
    messages.success(request, _("Changed."))


def _delete(request: HttpRequest, found: Message) -> None:
    if not can_delete(person(request), found, found.room):
        raise PermissionDenied
    posting.delete(message=found, deleter=person(request))
    messages.success(request, _("Deleted."))


def _pin(request: HttpRequest, found: Message) -> None:
    posting.pin(message=found, pinner=person(request), wanted=found.pinned_at is None)


def _save(request: HttpRequest, found: Message) -> None:
    is_there = Saved.objects.filter(user=person(request), message=found).exists()
    reading.save(user=person(request), message=found, wanted=_wanted(request, is_there))


def _mark(request: HttpRequest, found: Message) -> None:
    form = MarkForm(request.POST, people=people.audience_of(found.room))
    if not form.is_valid():
        raise RefusedError(_("Choose who does it among the people of this room."))
    values = form.cleaned_data
    posting.mark(message=found, marker=person(request), what=values["mark"], assignee=values["assignee"])


def _settle(request: HttpRequest, found: Message) -> None:
    posting.settle(message=found, settler=person(request), wanted=found.settled_at is None)


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise RefusedError(_("Say why, in 300 characters at most."))
    return str(form.cleaned_data["reason"])


def _report(request: HttpRequest, found: Message) -> None:
    moderating.report(message=found, reporter=person(request), reason=_reason(request))
    messages.success(request, _("Thank you. The moderators of this room will look at it."))


def _hide(request: HttpRequest, found: Message) -> None:
    if not can_moderate(person(request), found.room):
        raise PermissionDenied
    is_wanted = found.hidden_at is None
    why = _reason(request) if is_wanted else ""
    moderating.hide(message=found, moderator=person(request), reason=why, wanted=is_wanted)


def _share(request: HttpRequest, found: Message) -> None:
    form = ShareForm(request.POST, sharer=person(request), source=found.room)
    if not form.is_valid():
        raise RefusedError(_("Choose a room you may write in, and say why."))
    values = form.cleaned_data
    done = sharing.share(message=found, room=values["room"], sharer=person(request), reason=values["reason"])
    if isinstance(done, ShareRequest):
        asked = _("%(name)s is asked to agree first; the answer will stand here, below.")
        messages.info(request, asked % {"name": done.organisation})
    else:
        messages.success(request, _("Shared."))


_DEEDS: dict[str, Callable[[HttpRequest, Message], None]] = {
    "edit": _edit,
    "delete": _delete,
    "pin": _pin,
    "save": _save,
    "mark": _mark,
    "settle": _settle,
    "report": _report,
    "hide": _hide,
    "share": _share,
}
