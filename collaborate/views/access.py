"""Who asks, and the room that is asked for; one that is not open to them does not exist."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from collaborate.models import Message, Participant, Room
from collaborate.permissions import can_manage, can_moderate
from collaborate.services import rooms
from disinfo.accounts.models import User


def person(request: HttpRequest) -> User:
    """Who is logged in; for views behind `login_required`."""
    return cast("User", request.user)


def key_in(request: HttpRequest, name: str) -> int:
    """A key that a form sends back; 0, which nothing has, for what is none."""
    key = request.POST.get(name, "")
    return int(key) if key.isdecimal() and len(key) < 18 else 0


def room_for(request: HttpRequest, slug: str) -> Room:
    """The room, for somebody who may enter it."""
    rows = Room.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(rows, slug=slug)


def seat_for(request: HttpRequest, room: Room) -> Participant:
    """The caller's seat, taken now if they had none; they may enter."""
    return rooms.join(room=room, user=person(request))


def message_for(request: HttpRequest, slug: str, number: int) -> Message:
    """A message of a room one may enter; what is gone is found too, by its place."""
    room = room_for(request, slug)
    message = get_object_or_404(room.messages.for_showing(), number=number)
    message.room = room
    return message


def whole_message_for(request: HttpRequest, slug: str, number: int) -> Message:
    """A message that can be acted upon."""
    message = message_for(request, slug, number)
    if message.is_gone:
        raise Http404
    return message


def managed_room(request: HttpRequest, slug: str) -> Room:
    """A room whose settings the caller may change."""
    room = room_for(request, slug)
    if not can_manage(person(request), room):
        raise PermissionDenied
    return room


def moderated_room(request: HttpRequest, slug: str) -> Room:
    """A room in which the caller keeps order."""
    room = room_for(request, slug)
    if not can_moderate(person(request), room):
        raise PermissionDenied
    return room
