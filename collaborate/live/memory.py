"""What the live side asks of the database: in a few threads, each of which lets its connection go at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.http import HttpRequest, parse_cookie

from collaborate.live.bus import Telling, telling_of
from collaborate.models import Message, Room
from collaborate.services import reading
from disinfo.accounts.models import ApiToken, User
from disinfo.accounts.scopes import READ

T = TypeVar("T")
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="rooms")
_PAGE = 500
MOST_MISSED = 500
"""Beyond so many changes a client is not sent them all, but told to open the room anew."""


@dataclass(frozen=True)
class Listener:
    """Who listens, to which room in full, and which rooms' messages they only count."""

    user: int
    name: str
    room: int | None
    counted: tuple[int, ...]


async def apart(question: Callable[[], T]) -> T:
    """The answer of something that asks the database, without holding up the event loop."""

    def asked() -> T:
        try:
            return question()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(_THREADS, asked)


class Database:
    """The hub's memory."""

    async def clocks(self, rooms: list[int]) -> dict[int, int]:
        """The clock of each room now."""
        return await apart(lambda: Room.objects.all().clocks(rooms))

    async def since(self, room: int, clock: int) -> list[Telling]:
        """Everything that happened in a room after this clock, in order."""
        return await apart(lambda: _since(Room.objects.get(pk=room), clock))

    async def saw(self, message: int, users: list[int]) -> None:
        """Write down who was shown a watched message."""
        await apart(lambda: reading.write_sightings(messages=[message], users=users))


def _since(room: Room, clock: int) -> list[Telling]:
    tellings: list[Telling] = []
    while page := room.messages.changed_since(tellings[-1].clock if tellings else clock, _PAGE):
        tellings += [telling_of(each, room, is_new=False) for each in page]
    return tellings


def user_of(headers: dict[str, str]) -> User | None:
    """Who asks: by a token that may read, or by the session's cookie."""
    scheme, _space, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = ApiToken.objects.for_secret(secret.strip())
        return token.user if token and READ in token.scopes else None
    key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def listener(headers: dict[str, str], slug: str, *, counts_others: bool) -> Listener | None:
    """Who listens to a room ("" for none); None when it does not exist for them."""
    user = user_of(headers)
    if user is None:
        return None
    rooms = Room.objects.visible_to(user)
    room = rooms.filter(slug=slug).order_by("pk").values_list("pk", flat=True).first() if slug else None
    if slug and room is None:
        return None
    counted = Room.objects.joined_by(user).values_list("pk", flat=True)[:200] if counts_others else ()
    return Listener(user.pk, str(user), room, tuple(counted))


def catch_up(who: Listener, room_key: int, clock: int | None) -> tuple[int, list[Telling], int]:
    """The room's clock now, what happened since `clock`, and how much was left out because it is too much.

    Raises Room.DoesNotExist when it is no longer open to the listener.
    """
    user = User.objects.get(pk=who.user)
    room = Room.objects.visible_to(user).get(pk=room_key)
    if clock is None or clock >= room.clock:
        return room.clock, [], 0
    missed = room.messages.filter(changed__gt=clock, changed__lte=room.clock).count()
    if missed > MOST_MISSED:
        return room.clock, [], missed
    rows: list[Message] = room.messages.changed_since(clock, MOST_MISSED + 100)
    tellings = [telling_of(each, room, is_new=False) for each in rows if each.changed <= room.clock]
    watched = [each.message for each in tellings if each.is_watched]
    if watched:
        reading.write_sightings(messages=watched, users=[user.pk])
    return room.clock, tellings, 0
