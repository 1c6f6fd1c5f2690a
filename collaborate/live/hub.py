"""One hub a web process: a single subscription, handed out to the streams open here, in the order of each room's clock.

Streams cost no thread and no database connection. What was lost on the way (a broker that was away, a process killed
between its commit and its telling) is found by comparing clocks with the database, once for all streams of the process.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from collaborate.live.bus import CHANNEL, Telling

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 15
GAP_SECONDS = 0.4
"""How long what came too early waits for what is before it, until the database is asked."""
_END_ALL_SECONDS = 3
MOST_BYTES_WAITING = 1_000_000
"""What may wait for a client that reads too slowly; then its stream is ended, and it comes back with its last clock."""


class Stream:
    """What one client is sent: held back until its own catching up is over, then in order and once."""

    def __init__(self, *, user: int, name: str, room: int | None, counted: Iterable[int]) -> None:
        self.user, self.name, self.room, self.counted = user, name, room, tuple(counted)
        self.clock = 0
        self.is_over = False
        self.knows_who_is_here = False
        self._is_held = True
        self._held: list[tuple[int, bytes]] = []
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._news = asyncio.Event()
        self.beat_at = time.monotonic() + random.uniform(0, HEARTBEAT_SECONDS)  # noqa: S311 (spreads work, hides nothing)

    def push(self, frame: bytes, clock: int = 0) -> None:
        """Something to send; what is not newer than what was sent is dropped, what has no clock is always sent."""
        if self._is_held:
            self._held.append((clock, frame))
            return
        if clock:
            if clock <= self.clock:
                return
            self.clock = clock
        self._waiting.append(frame)
        self._size += len(frame)
        if self._size > MOST_BYTES_WAITING:
            self.is_over = True
        self._news.set()

    def has_all(self, after: int, until: int) -> bool:
        """Whether all that happened after one clock, up to another, is among what is held back."""
        held = {clock for clock, _frame in self._held}
        return all(clock in held for clock in range(after + 1, until + 1))

    def release(self, clock: int) -> None:
        """The client has been sent everything up to `clock`: go on with what came meanwhile."""
        self.clock, self._is_held = clock, False
        for each, frame in sorted(self._held, key=lambda pair: pair[0]):
            self.push(frame, each)
        self._held.clear()

    def end(self) -> None:
        """Say no more."""
        self.is_over = True
        self._news.set()

    async def next(self) -> bytes:
        """Wait for something, and take all there is."""
        await self._news.wait()
        self._news.clear()
        taken = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        return taken


@dataclass
class Feed:
    """A room as this process follows it: the clock of what was handed out last, and what came too early."""

    clock: int | None = None
    streams: set[Stream] = field(default_factory=set)
    early: dict[int, Telling] = field(default_factory=dict)
    gap_since: float = 0.0


class Memory(Protocol):
    """What a hub asks of the database, away from the event loop."""

    def clocks(self, rooms: list[int]) -> Awaitable[dict[int, int]]:
        """The clock of each room now."""

    def since(self, room: int, clock: int) -> Awaitable[list[Telling]]:
        """What happened in a room after this clock, in order."""

    def saw(self, message: int, users: list[int]) -> Awaitable[None]:
        """Write down who was shown a watched message."""


class Hub:
    """The streams of this process, by room and by person."""

    def __init__(self, memory: Memory, presence: Callable[["Hub", "Redis"], Awaitable[None]]) -> None:
        self.memory, self.presence = memory, presence
        self.feeds: dict[int, Feed] = {}
        self.counters: dict[int, set[Stream]] = {}
        self.people: dict[int, set[Stream]] = {}
        self.closed_at: dict[int, float] = {}
        self.is_connected = self._was_away = False
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to listen; at the first stream of the process, and again if the loop was another."""
        if not any(not task.done() for task in self._tasks):
            self._tasks = {asyncio.ensure_future(each()) for each in (self._listen, self._repair, self._beat)}

    def stop(self) -> None:
        """Listen no more."""
        for task in self._tasks:
            task.cancel()
        self._tasks = set()

    def join(self, stream: Stream, *, asked_at: float) -> None:
        """Take a stream in: from now on it misses nothing, and is held until it is released.

        Its person's rights were asked for at `asked_at`; if they have changed since, it is over already.
        """
        if self.closed_at.get(stream.user, 0.0) >= asked_at:
            stream.end()
        if stream.room is not None:
            self.feeds.setdefault(stream.room, Feed()).streams.add(stream)
        for room in stream.counted:
            self.counters.setdefault(room, set()).add(stream)
        self.people.setdefault(stream.user, set()).add(stream)

    def leave(self, stream: Stream) -> None:
        """Forget a stream."""
        if stream.room is not None and (feed := self.feeds.get(stream.room)):
            feed.streams.discard(stream)
            if not feed.streams:
                del self.feeds[stream.room]
        for room in stream.counted:
            _take_out(self.counters, room, stream)
        _take_out(self.people, stream.user, stream)

    def starts_at(self, room: int, clock: int) -> None:
        """The clock of a room that nobody here followed before."""
        feed = self.feeds.get(room)
        if feed is not None and feed.clock is None:
            feed.clock = clock
            self._hand_out_early(feed)

    def take(self, telling: Telling) -> None:
        """Hand out what was told."""
        if telling.people:
            self._to_people(telling)
            return
        if telling.brief:
            brief = telling.brief.encode()
            for stream in self.counters.get(telling.room, ()):
                stream.push(brief)
        if feed := self.feeds.get(telling.room):
            self._to_room(feed, telling)

    def _to_people(self, telling: Telling) -> None:
        frame = telling.frame.encode()
        for user in telling.people:
            if telling.closes:
                self.closed_at[user] = time.monotonic()
            for stream in tuple(self.people.get(user, ())):
                if telling.closes:
                    stream.end()
                else:
                    stream.push(frame)

    def _to_room(self, feed: Feed, telling: Telling) -> None:
        if not telling.clock:
            self._hand_out(feed, telling)
        elif feed.clock is None or telling.clock > feed.clock + 1:
            feed.early[telling.clock] = telling
            feed.gap_since = feed.gap_since or time.monotonic()
        elif telling.clock == feed.clock + 1:
            feed.clock = telling.clock
            self._hand_out(feed, telling)
            self._hand_out_early(feed)

    def _hand_out_early(self, feed: Feed) -> None:
        for clock in sorted(feed.early):
            if feed.clock is not None and clock <= feed.clock:
                del feed.early[clock]
            elif clock == (feed.clock or 0) + 1:
                feed.clock = clock
                self._hand_out(feed, feed.early.pop(clock))
        feed.gap_since = time.monotonic() if feed.early else 0.0

    def _hand_out(self, feed: Feed, telling: Telling) -> None:
        frame = telling.frame.encode()
        for stream in feed.streams:
            stream.push(frame, telling.clock)
        if telling.is_watched:
            users = sorted({stream.user for stream in feed.streams})
            task = asyncio.ensure_future(self.memory.saw(telling.message, users))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _listen(self) -> None:
        """Listen to the broker for ever; while it is away, the repairs alone keep the rooms going."""
        wait = 0.1
        while True:
            try:
                async with (
                    Redis.from_url(settings.REDIS_URL, socket_timeout=None) as server,
                    server.pubsub(ignore_subscribe_messages=True) as subscription,
                ):
                    await subscription.subscribe(CHANNEL)
                    if self._was_away:
                        self._end_all()
                    self.is_connected, wait = True, 0.1
                    async for said in subscription.listen():
                        self._take_safely(said["data"])
            except (RedisError, OSError) as error:
                logger.warning("rooms lost the broker", extra={"error": str(error)})
            self.is_connected, self._was_away = False, True
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    def _end_all(self) -> None:
        """While the broker was away, a change of rights may have gone unheard: everybody comes back and is asked."""
        for stream in self._everybody():
            asyncio.get_running_loop().call_later(random.uniform(0, _END_ALL_SECONDS), stream.end)  # noqa: S311 (spreads work, hides nothing)

    def _everybody(self) -> list[Stream]:
        return [stream for group in self.people.values() for stream in group]

    def _take_safely(self, data: bytes) -> None:
        try:
            self.take(Telling.unpacked(data))
        except Exception:  # a telling that cannot be read must not end those after it
            logger.exception("a telling could not be handed out")

    async def _repair(self) -> None:
        """Find what did not arrive: soon when something is known to be missing, else now and then."""
        next_look = 0.0
        while True:
            await asyncio.sleep(0.2)
            now = time.monotonic()
            late = [room for room, feed in self.feeds.items() if 0 < feed.gap_since < now - GAP_SECONDS]
            if now >= next_look:
                late = list(self.feeds)
                next_look = now + (5.0 if self.is_connected else 1.0)
            if late:
                with suppress(asyncio.TimeoutError):
                    await self._repair_rooms(late)

    async def _repair_rooms(self, rooms: list[int]) -> None:
        try:
            for room, clock in (await self.memory.clocks(rooms)).items():
                feed = self.feeds.get(room)
                if feed is None or feed.clock is None or feed.clock >= clock:
                    continue
                # What was just committed is usually on its way: it is fetched when it is late.
                if not feed.gap_since and self.is_connected:
                    feed.gap_since = time.monotonic()
                    continue
                self._mend(room, await self.memory.since(room, feed.clock), clock)
        except Exception:  # a database that is away comes back, and so do we
            logger.exception("rooms could not be compared with the database")

    def _mend(self, room: int, tellings: list[Telling], clock: int) -> None:
        feed = self.feeds.get(room)
        if feed is None or feed.clock is None:
            return
        for telling in tellings:
            if telling.clock > feed.clock:
                feed.clock = telling.clock
                self._hand_out(feed, telling)
        feed.clock = max(feed.clock, clock)
        self._hand_out_early(feed)

    async def _beat(self) -> None:
        """Keep connections open through proxies, and say who is here."""
        next_presence = 0.0
        async with Redis.from_url(settings.REDIS_URL, socket_timeout=2) as server:
            while True:
                await asyncio.sleep(1)
                now = time.monotonic()
                for stream in self._everybody():
                    if stream.beat_at <= now:
                        stream.beat_at = now + HEARTBEAT_SECONDS
                        stream.push(b": \n\n")
                if now >= next_presence:
                    next_presence = now + 5
                    self.closed_at = {user: at for user, at in self.closed_at.items() if at > now - 60}
                    with suppress(RedisError, OSError):
                        await self.presence(self, server)


def _take_out(groups: dict[int, set[Stream]], key: int, stream: Stream) -> None:
    group = groups.get(key)
    if group is not None:
        group.discard(stream)
        if not group:
            del groups[key]
