"""Who is in a room now: a set with times in the broker, refreshed by each hub; never in the database."""

import time
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from collaborate.live.bus import frame

if TYPE_CHECKING:
    from collaborate.live.hub import Hub

_AWAY_AFTER_SECONDS = 15
MOST_NAMES = 30


def key_of(room: int) -> str:
    """Where the people of a room are kept."""
    return f"disinfo:here:{room}"


class Presence:
    """Tells the streams of each room who is there, when that has changed."""

    def __init__(self) -> None:
        self._said: dict[int, str] = {}

    async def __call__(self, hub: "Hub", server: Redis) -> None:
        """Say that those with a stream here are here, and pass on who is."""
        now = time.time()
        for room, feed in list(hub.feeds.items()):
            here = {f"{stream.user}:{stream.name}": now for stream in feed.streams}
            pipe = server.pipeline(transaction=False)
            if here:
                pipe.zadd(key_of(room), here)
            pipe.zremrangebyscore(key_of(room), 0, now - _AWAY_AFTER_SECONDS)
            pipe.expire(key_of(room), 60)
            pipe.zcard(key_of(room))
            pipe.zrange(key_of(room), 0, MOST_NAMES - 1)
            *_done, count, members = await pipe.execute()
            names = sorted(member.decode().partition(":")[2] for member in members)
            said = frame("here", {"count": count, "names": names})
            has_changed = self._said.get(room) != said
            self._said[room] = said
            for stream in feed.streams:
                if has_changed or not stream.knows_who_is_here:
                    stream.knows_who_is_here = True
                    stream.push(said.encode())
        self._said = {room: said for room, said in self._said.items() if room in hub.feeds}
