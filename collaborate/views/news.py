"""The buttons under a message of a watch; without what they need to know, a page that asks for it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collaborate.incident_forms import ScaleForm, SendForm
from collaborate.models import Message, Room, Watch
from collaborate.permissions import can_act
from collaborate.services import incidents, news
from collaborate.services.refusals import RefusedError
from collaborate.showing import shown
from collaborate.views.access import person, whole_message_for


@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Send it to qualification, weigh its shares, or open an incident from it."""
    found = whole_message_for(request, slug, number)
    if not found.is_news:
        raise Http404
    user = person(request)
    if not can_act(user, found.room):
        raise PermissionDenied
    watch = news.watch_of(found)
    send_form = SendForm(
        _asked(request, "send"),
        initial=_room_of(request, watch),
        sender=user,
        source=found.room,
        auto_id="send_%s",
    )
    scale_form = ScaleForm(_asked(request, "scale"), initial=_shares_of(found, watch), auto_id="scale_%s")
    if request.method == "POST":
        deed = _DEEDS.get(request.POST.get("deed", ""))
        if deed is None:
            return HttpResponse(status=400)
        try:
            if answer := deed(request, found, send_form, scale_form):
                return answer
        except RefusedError as error:
            messages.error(request, str(error))
            return redirect(found)
    context = {
        "room": found.room,
        "message": found,
        "shown": shown([found], found.room, user)[0],
        "send_form": send_form,
        "scale_form": scale_form,
    }
    return render(request, "collaborate/news.html", context)


def _asked(request: HttpRequest, deed: str) -> dict[str, str] | None:
    """What was filled in, if anything was: the buttons of a message fill nothing in."""
    return request.POST.dict() if request.POST.get("deed") == deed and "filled" in request.POST else None


def _room_of(request: HttpRequest, watch: Watch | None) -> dict[str, object]:
    room = watch.sends_to if watch else None
    is_open = room is not None and Room.objects.visible_to(request.user).filter(pk=room.pk).exists()
    return {"room": room.slug} if room and is_open else {}


def _shares_of(found: Message, watch: Watch | None) -> dict[str, object]:
    return {"region": watch.region if watch else "", "shares": news.told_shares(found)}


def _send(
    request: HttpRequest, found: Message, form: SendForm, _scale_form: ScaleForm
) -> HttpResponse | None:
    room = _chosen_room(form)
    if room is None:
        return None
    sent = news.send(message=found, room=room, sender=person(request))
    messages.success(request, _("Sent to qualification."))
    return redirect(sent)


def _chosen_room(form: SendForm) -> Room | None:
    if form.is_bound:
        return form.cleaned_data["room"] if form.is_valid() else None
    return form.rooms.filter(slug=form.initial["room"]).first() if form.initial else None


def _weigh(
    request: HttpRequest, found: Message, _send_form: SendForm, form: ScaleForm
) -> HttpResponse | None:
    if form.is_bound and not form.is_valid():
        return None
    values = form.cleaned_data if form.is_bound else form.initial
    if not values["region"] or not values["shares"]:
        return None
    given = news.weigh(message=found, region=values["region"], shares=values["shares"], asker=person(request))
    return redirect("collaborate:message", found.room.slug, given.number)


def _open(
    request: HttpRequest, found: Message, _send_form: SendForm, _scale_form: ScaleForm
) -> HttpResponse | None:
    return redirect(incidents.open_from(message=found, opener=person(request)).room)


_DEEDS: dict[str, Callable[[HttpRequest, Message, SendForm, ScaleForm], HttpResponse | None]] = {
    "send": _send,
    "scale": _weigh,
    "incident": _open,
}
