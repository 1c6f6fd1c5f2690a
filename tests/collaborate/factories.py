"""Rooms and messages for tests; what is said goes the way of the services."""

from typing import Any

from collaborate.models import Message, Participant, Room
from collaborate.services import posting, rooms
from disinfo.accounts.models import User


def room(creator: User, *, kind: Room.Kind = Room.Kind.PUBLIC, name: str = "Alarms", **values: Any) -> Room:
    """A room that its creator owns."""
    return rooms.create(creator=creator, name=name, kind=kind, **values)


def seat(place: Room, user: User, role: Participant.Role = Participant.Role.MEMBER) -> Participant:
    """A seat in it."""
    return Participant.objects.update_or_create(room=place, user=user, defaults={"role": role})[0]


def said(place: Room, author: User, text: str = "I see something", **values: Any) -> Message:
    """Something said there."""
    message = posting.post(room=place, author=author, text=text, **values)
    return Message.objects.select_related("room", "author", "organisation").get(pk=message.pk)
