"""A room: what is said there, a thread of it, what a newcomer needs, and saying something."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collaborate import commands, people
from collaborate.catching_up import overview
from collaborate.forms import MessageForm
from collaborate.live import bus
from collaborate.models import Incident, Message, Participant, Report, Room
from collaborate.permissions import can_act, can_manage, can_moderate
from collaborate.services import posting, reading, rooms
from collaborate.services.refusals import RefusedError
from collaborate.showing import pattern, shown
from collaborate.views.access import message_for, person, room_for, seat_for
from disinfo.portal.tools import named_like

_PER_PAGE = 40
_AROUND = 20
_MOST_NAMES = 12


@login_required
@require_http_methods(["GET", "POST"])
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """The last messages of a room, or those before or after a number; a form to say something."""
    found = room_for(request, slug)
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and (said := _said(request, found, form, None)):
        return redirect(f"{found.get_absolute_url()}#m-{said.number}")
    seat = seat_for(request, found)
    form = form if form.is_bound else _begun(request, found)
    if (after := _number(request, "after")) is not None:
        rows = found.messages.oldest(_PER_PAGE, after=after)
    else:
        rows = found.messages.newest(_PER_PAGE, before=_number(request, "before"))
    return _page(request, found, seat, rows, form)


@login_required
@require_safe
def message(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The permalink of a message: the room, at its place."""
    found = room_for(request, slug)
    seat = seat_for(request, found)
    rows = found.messages.newest(_AROUND, before=number) + found.messages.oldest(
        _AROUND + 1, after=number - 1
    )
    if not any(row.number == number for row in rows):
        raise Http404
    return _page(request, found, seat, rows, _begun(request, found), here=number)


def _page(
    request: HttpRequest,
    found: Room,
    seat: Participant,
    rows: Sequence[Message],
    form: MessageForm,
    *,
    here: int | None = None,
) -> HttpResponse:
    user = person(request)
    lowest, highest = found.messages.bounds()
    first, last = (rows[0].number, rows[-1].number) if rows else (0, 0)
    context = {
        **_around(request, found, seat),
        "shown": shown(rows, found, user, unread_after=seat.last_read),
        "form": form,
        "here": here,
        "is_latest": last >= highest,
        "first": first,
        "has_earlier": bool(rows) and lowest < first,
        "has_later": last < highest,
        "unread": max(0, found.last_number - seat.last_read),
        "last": last,
    }
    answer = render(request, "collaborate/room.html", context, status=400 if form.errors else 200)
    reading.seen(user=user, room=found, messages=rows)
    return answer


def _around(request: HttpRequest, found: Room, seat: Participant) -> dict[str, object]:
    user = person(request)
    return {
        "room": found,
        "seat": seat,
        "joined": Room.objects.joined_by(user)[:50],
        "pattern": pattern(),
        "can_moderate": (moderates := can_moderate(user, found)),
        "reports": Report.objects.filter(message__room=found, settled_at=None).count() if moderates else 0,
        "can_manage": can_manage(user, found),
        "can_act": can_act(user, found),
    }


@login_required
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A message and its replies, each argument by itself."""
    root = message_for(request, slug, number)
    found = root.room
    if root.root_id and root.root:
        return redirect("collaborate:thread", slug, root.root.number)
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and (said := _said(request, found, form, root)):
        return redirect(f"{request.path}#m-{said.number}")
    seat = seat_for(request, found)
    form = form if form.is_bound else _begun(request, found, root.number)
    replies = list(found.messages.filter(root=root).for_showing().order_by("number")[:500])
    context = {
        **_around(request, found, seat),
        "root": root,
        "shown": shown([root, *replies], found, person(request)),
        "form": form,
    }
    return render(request, "collaborate/thread.html", context, status=400 if form.errors else 200)


def _begun(request: HttpRequest, found: Room, thread: int = 0) -> MessageForm:
    """A form with what was begun to be written there, in this browser or another one."""
    return MessageForm(initial={"text": reading.draft_of(person(request), found, thread)})


def _said(request: HttpRequest, found: Room, form: MessageForm, root: Message | None) -> Message | None:
    """What was just said; None when it could not be, the form then says why."""
    if not form.is_valid():
        return None
    values = form.cleaned_data
    thread = root.number if root else 0
    if root is None and values["root"]:
        root = get_object_or_404(found.messages, number=values["root"])
    try:
        said = posting.post(
            room=found,
            author=person(request),
            text=values["text"],
            nonce=values["nonce"],
            root=root,
            tlp=values["tlp"],
            uploads=values["files"],
        )
    except RefusedError as error:
        form.add_error(None, str(error))
        return None
    reading.forget_draft(user=person(request), room=found, thread=thread)
    return said


def _number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 18 else None


@login_required
@require_safe
def catch_up(request: HttpRequest, slug: str) -> HttpResponse:
    """What a newcomer needs first."""
    found = room_for(request, slug)
    seat = seat_for(request, found)
    seen = overview(found)
    for rows in (seen.tasks, seen.questions, seen.decisions, seen.pinned, seen.threads):
        watched = [row.pk for row in rows if row.is_watched_in(found)]
        reading.write_sightings(messages=watched, users=[person(request).pk])
    return render(request, "collaborate/catch_up.html", {"room": found, "seat": seat, "overview": seen})


@login_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Give up one's seat, or hear no more of the room, or of it again."""
    found = room_for(request, slug)
    deed = request.POST.get("deed")
    if deed in ("mute", "unmute"):
        reading.mute(seat=seat_for(request, found), wanted=deed == "mute")
        return redirect(found)
    try:
        rooms.remove(room=found, user=person(request), remover=person(request))
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, _("You have left the room."))
    return redirect("collaborate:home")


@login_required
@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's script says how far it was read."""
    found = room_for(request, slug)
    number = request.POST.get("number", "")
    if number.isdecimal() and len(number) < 18:
        reading.mark_read(user=person(request), room=found, number=int(number))
    return HttpResponse(status=204)


@login_required
@require_POST
def typing(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's script says that somebody is writing; it is passed on and never kept."""
    found = room_for(request, slug)
    said = {"user": request.user.pk, "name": str(request.user)}
    bus.tell(bus.Telling(room=found.pk, frame=bus.frame("typing", said)))
    return HttpResponse(status=204)


@login_required
@require_POST
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's script keeps what is being written."""
    found = room_for(request, slug)
    thread = request.POST.get("thread", "")
    reading.keep_draft(
        user=person(request),
        room=found,
        text=request.POST.get("text", ""),
        thread=int(thread) if thread.isdecimal() and len(thread) < 18 else 0,
    )
    return HttpResponse(status=204)


@login_required
@require_safe
def names(request: HttpRequest, slug: str) -> JsonResponse:
    """What can follow an @, a / at the beginning, or in an incident a #, and starts with these letters."""
    found = room_for(request, slug)
    asked = request.GET.get("q", "").lower()[:40]
    if asked.startswith("/"):
        offers = _commands_like(asked[1:])
    elif asked.startswith("#"):
        offers = _techniques_like(asked[1:], request, found)
    else:
        offers = _people_like(asked, found)
    return JsonResponse({"offers": offers[:_MOST_NAMES]})


def _commands_like(word: str) -> list[dict[str, str]]:
    return [
        {"insert": f"/{each.word} ", "label": f"/{each.word} {each.usage}", "note": str(each.help)}
        for each in commands.known().values()
        if each.word.startswith(word)
    ]


def _people_like(letters: str, found: Room) -> list[dict[str, str]]:
    nameable = sorted(people.nameable(found).values(), key=lambda each: (each.is_many, each.name))
    return [
        {"insert": f"@{each.handle} ", "label": each.name, "note": f"@{each.handle}"}
        for each in nameable
        if each.handle.startswith(letters) or each.name.lower().startswith(letters)
    ]


def _techniques_like(words: str, request: HttpRequest, found: Room) -> list[dict[str, str]]:
    """In an incident only, which alone takes techniques from what is said; elsewhere a # is a hashtag."""
    if not words or not Incident.objects.filter(room=found).exists():
        return []
    offers = [
        {"insert": f"#{code} ", "label": f"#{code}", "note": str(card.title)}
        for code, card in named_like(words, request.user, _MOST_NAMES)
    ]
    # Written to its end, it is what is meant, and not one of its parts: Enter then sends.
    is_whole = any(each["label"].lower() == f"#{words}" for each in offers)
    return [] if is_whole else offers


@login_required
@require_safe
def cards(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The cards of a message that has just come, for the page's script."""
    found = message_for(request, slug, number)
    return render(request, "collaborate/cards.html", {"paths": [] if found.is_gone else found.cards})
