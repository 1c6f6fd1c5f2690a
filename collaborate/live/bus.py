"""Telling every web process, over the broker's publish and subscribe.

Nothing depends on a telling to arrive: each hub compares its clocks with the database, and finds what it missed.
"""

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from collaborate import wire
from collaborate.models import Message, Room

logger = logging.getLogger("disinfo.broker")
CHANNEL = "disinfo:rooms"


@dataclass(frozen=True)
class Telling:
    """Something that happened: where, when by the room's clock (0 for what leaves no trace), what to say to whom.

    `frame` goes to streams of the room; `brief` to those that only count its messages; with `people`, it is for them
    alone, and `closes` ends their streams, because what they may see has changed.
    """

    room: int = 0
    clock: int = 0
    frame: str = ""
    brief: str = ""
    message: int = 0
    is_watched: bool = False
    people: tuple[int, ...] = ()
    closes: bool = False

    def packed(self) -> bytes:
        """As it travels."""
        return json.dumps({name: value for name, value in vars(self).items() if value}).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> "Telling":
        """What `packed` gave."""
        values = json.loads(data)
        return cls(**values | {"people": tuple(values.get("people", ()))})


def frame(event: str, data: Any, *, key: int | None = None) -> str:
    """One event of a Server-Sent Events stream (WHATWG HTML §9.2); JSON has no line ends of its own."""
    return (f"id: {key}\n" if key is not None else "") + f"event: {event}\ndata: {wire.as_json(data)}\n\n"


def telling_of(message: Message, room: Room, *, is_new: bool) -> Telling:
    """That a message was posted or changed."""
    said = wire.message(message, room)
    return Telling(
        room=room.pk,
        clock=message.changed,
        frame=frame("message", said, key=message.changed),
        brief=frame("unread", {"room": room.pk, "number": message.number, "by": message.author_id})
        if is_new
        else "",
        message=message.pk,
        is_watched=message.is_watched_in(room),
    )


def tell(telling: Telling) -> None:
    """Tell it once the transaction is committed; a broker that is away is logged, never raised."""
    transaction.on_commit(lambda: _publish(telling))


def tell_message(message: Message, room: Room, *, is_new: bool = False) -> None:
    """Tell that a message was posted or changed, once it is; what is told is made outside the room's lock."""
    transaction.on_commit(lambda: _publish(telling_of(message, room, is_new=is_new)))


def tell_people(people: tuple[int, ...], event: str, data: Any) -> None:
    """Tell some people, in whatever rooms they are."""
    if people:
        tell(Telling(people=people, frame=frame(event, data)))


def end_streams_of(people: tuple[int, ...]) -> None:
    """End the streams of people whose rights have changed: they come back, and are asked who they are."""
    if people:
        tell(Telling(people=people, closes=True))


@lru_cache(maxsize=4)
def _server(url: str) -> Redis:
    # No second try: whoever posts must not wait for a broker that is away.
    return Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


def _publish(telling: Telling) -> None:
    try:
        _server(settings.REDIS_URL).publish(CHANNEL, telling.packed())
    except (RedisError, OSError):
        logger.warning("broker away, hubs will find it in the database", extra={"room": telling.room})
