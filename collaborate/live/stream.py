"""The stream of a room: Server-Sent Events by pure ASGI, before Django, so that an open stream costs next to nothing.

`GET /collaborate/events/?room=<slug>&after=<clock>` for pages, `GET /api/v1/collaborate/rooms/<slug>/events/` for bots.
A client that comes back says the last clock it knows (`Last-Event-ID` or `after`) and is sent what it missed, in order,
once. A stream ends after an hour, and at once when what its person may see has changed.
"""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from collaborate.live import memory
from collaborate.live.bus import frame
from collaborate.live.hub import Hub, Stream
from collaborate.live.presence import Presence
from collaborate.models import Room

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PAGES = "/collaborate/events/"
_BOTS = re.compile(r"^/api/v1/collaborate/rooms/(?P<slug>[\w-]+)/events/$")
_LONGEST_SECONDS = 3600
_RETRY_MS = 1000
hub = Hub(memory.Database(), Presence())


def answers(path: str) -> bool:
    """Whether an address is one of ours."""
    return path == PAGES or _BOTS.match(path) is not None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, as ASGI asks."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET":
        await _refuse(send, 405, "Only GET.")
        return
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        await _refuse(send, 403, "Not from another site.")
        return
    slug, clock = _asked(scope, headers)
    is_page = scope["path"] == PAGES
    asked_at = time.monotonic()
    who = await memory.apart(partial(memory.listener, headers, slug, counts_others=is_page))
    if who is None:
        await _refuse(send, 404 if slug else 401, "There is no such room, or it is not open to you.")
        return
    await _stream(who, clock, asked_at, receive, send)


def _asked(scope: Scope, headers: dict[str, str]) -> tuple[str, int | None]:
    """The room, and the last clock that the client knows."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    bots = _BOTS.match(scope["path"])
    slug = bots["slug"] if bots else query.get("room", [""])[0]
    clock = headers.get("last-event-id") or query.get("after", [""])[0]
    return slug, int(clock) if clock.isdecimal() and len(clock) < 18 else None


async def _refuse(send: Send, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode()})


async def _stream(
    who: memory.Listener, clock: int | None, asked_at: float, receive: Receive, send: Send
) -> None:
    hub.start()
    stream = Stream(user=who.user, name=who.name, room=who.room, counted=who.counted)
    hub.join(stream, asked_at=asked_at)
    try:
        first = await _caught_up(who, stream, clock)
        if first is None:
            await _refuse(send, 404, "There is no such room, or it is not open to you.")
            return
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        await _pump(stream, receive, send)
    finally:
        hub.leave(stream)


async def _caught_up(who: memory.Listener, stream: Stream, clock: int | None) -> bytes | None:
    """What the client missed; the stream is already joined, so that nothing falls between the two. None: refused."""
    opening = f"retry: {_RETRY_MS}\n\n"
    if who.room is None:
        stream.release(0)
        return opening.encode()
    known = hub.feeds[who.room].clock
    if known is not None and (clock is None or clock >= known):
        now = max(known, clock or 0)
        stream.release(now)
        return (opening + frame("ready", {"clock": now}, key=now)).encode()
    try:
        now, tellings, missed = await memory.apart(partial(memory.catch_up, who, who.room, clock))
    except Room.DoesNotExist:
        return None
    # The room may be followed here from further on, by somebody whose question was answered sooner: what lies between
    # was handed out to nobody, so that it is asked for too.
    while not stream.has_all(now, hub.feeds[who.room].clock or now):
        reached, more, left_out = await memory.apart(partial(memory.catch_up, who, who.room, now))
        if reached <= now:
            break
        now, tellings, missed = reached, [*tellings, *more], missed + left_out
    hub.starts_at(who.room, now)
    stream.release(now)
    far = frame("far", {"missed": missed}) if missed else ""
    ready = frame("ready", {"clock": now}, key=now)
    return (opening + far + "".join(each.frame for each in tellings) + ready).encode()


async def _pump(stream: Stream, receive: Receive, send: Send) -> None:
    """Send what comes until the client is gone, the stream is ended, or its hour is over."""
    gone = asyncio.ensure_future(_until_gone(stream, receive))
    loop = asyncio.get_running_loop()
    longest = _LONGEST_SECONDS * random.uniform(0.9, 1.1)  # noqa: S311 (spreads the coming back, hides nothing)
    alarm = loop.call_later(longest, stream.end)
    try:
        while not stream.is_over:
            if body := await stream.next():
                await send({"type": "http.response.body", "body": body, "more_body": True})
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b""})
    finally:
        alarm.cancel()
        gone.cancel()


async def _until_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
