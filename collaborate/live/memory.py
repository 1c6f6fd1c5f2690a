"""What the live side asks of the database: in a few threads, each of which lets its connection go when nobody waits."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.db.models import Q
from django.http import HttpRequest, parse_cookie

from collaborate.live.bus import Telling, telling_of
from collaborate.models import Message, Room
from collaborate.services import reading
from disinfo.accounts.models import ApiToken, User
from disinfo.accounts.scopes import READ

T = TypeVar("T")
_THREADS = 3
_threads: list[threading.Thread] = []
_questions: "queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]]" = queue.SimpleQueue()
_PAGE = 500
_MOST_ROOMS = 300
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
    if not _threads:
        for number in range(_THREADS):
            _threads.append(threading.Thread(target=_answer_for_ever, name=f"rooms-{number}", daemon=True))
            _threads[-1].start()
    answer: Future[T] = Future()
    _questions.put((question, answer))
    return await asyncio.wrap_future(answer)


def _answer_for_ever() -> None:
    while True:
        try:
            question, answer = _questions.get_nowait()
        except queue.Empty:
            # Nobody waits: whoever waits next will wait for a connection too.
            connections.close_all()
            question, answer = _questions.get()
        if answer.set_running_or_notify_cancel():
            try:
                answer.set_result(question())
            except BaseException as error:  # noqa: BLE001 (it is raised where it was asked)
                answer.set_exception(error)


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
    wanted = Q(slug=slug)
    if counts_others:
        wanted |= Q(pk__in=user.room_seats.order_by().values("room"))
    rooms = dict(
        Room.objects.visible_to(user).filter(wanted).order_by("pk").values_list("slug", "pk")[:_MOST_ROOMS]
    )
    if slug and slug not in rooms:
        return None
    return Listener(user.pk, str(user), rooms.get(slug), tuple(rooms.values()) if counts_others else ())


def catch_up(who: Listener, room_key: int, clock: int | None) -> tuple[int, list[Telling], int]:
    """The room's clock now, what happened since `clock`, and how much was left out because it is too much.

    Raises Room.DoesNotExist when it was deleted.
    """
    room = Room.objects.get(pk=room_key)
    if clock is None or clock >= room.clock:
        return room.clock, [], 0
    missed = room.messages.filter(changed__gt=clock, changed__lte=room.clock).count()
    if missed > MOST_MISSED:
        return room.clock, [], missed
    rows: list[Message] = room.messages.changed_since(clock, MOST_MISSED + 100)
    tellings = [telling_of(each, room, is_new=False) for each in rows if each.changed <= room.clock]
    watched = [each.message for each in tellings if each.is_watched]
    if watched:
        reading.write_sightings(messages=watched, users=[who.user])
    return room.clock, tellings, 0
