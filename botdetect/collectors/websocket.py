"""Taking posts from a WebSocket until a budget is spent, over broken connections and refusals."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from botdetect.collectors.budget import Budget, BudgetSpentError
from botdetect.formats import Post
from botdetect.values import RowError, moment

if TYPE_CHECKING:
    from botdetect.collectors.parts import Parts

_FLUSH_EVENTS, _FLUSH_SECONDS = 5_000, 1.0
_FIRST_PAUSE, _LONGEST_PAUSE, _LONGEST_ASKED = 0.5, 30.0, 900.0
_LARGEST_EVENT, _GOODBYE_SECONDS = 2_000_000, 1.0
_REFUSALS = {401, 403, 404}

Say = Callable[[str], object]


class RefusedError(RuntimeError):
    """The source will not have us: to try again is of no use; the message holds its status."""


@dataclass(frozen=True)
class Source:
    """How a source is spoken to.

    address: where to connect, given the cursor; headers: sent when connecting; read: the cursor of a message (None when
    it has none) and the post in it (None for anything else); ValueError, TypeError or KeyError when it is unreadable.
    """

    address: Callable[[int | None], str]
    read: Callable[[str | bytes], tuple[int | None, Post | None]]
    headers: tuple[tuple[str, str], ...] = ()


async def collect(source: Source, parts: "Parts", budget: Budget, *, say: Say = lambda _text: None) -> str:
    """Take events into `parts` until the budget is spent; gives which part of it was.

    A connection that breaks is made again after a pause, twice as long each time or as long as the source asks, from
    the cursor of the last part. Raises RefusedError when the source answers 401, 403 or 404.
    """
    pause = _FIRST_PAUSE
    while True:
        before = budget.reads
        try:
            # Also where no connection comes about: time is spent all the same.
            budget.ask(1)
            async with connect(
                source.address(parts.cursor()),
                max_size=_LARGEST_EVENT,
                additional_headers=source.headers,
                close_timeout=_GOODBYE_SECONDS,
            ) as socket:
                await _take(socket, source, parts, budget)
        except BudgetSpentError as spent:
            return str(spent)
        except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError) as error:
            pause = max(_FIRST_PAUSE if budget.reads > before else pause, _asked(error))
            say(f"{type(error).__name__}: again in {pause:g} s")
        await _rest(pause, budget)
        pause = _FIRST_PAUSE if budget.reads > before else min(_LONGEST_PAUSE, pause * 2)


async def _rest(pause: float, budget: Budget) -> None:
    """Wait, a second at a time, so that a budget which is stopped ends it."""
    until = time.monotonic() + pause
    while (left := until - time.monotonic()) > 0 and not budget.is_spent:  # noqa: ASYNC110 (set from another thread)
        await asyncio.sleep(min(left, 1.0, budget.seconds_left or 1.0))


def _asked(error: Exception) -> float:
    """How long the source asks to be left alone. Raises RefusedError when it does not want us at all."""
    if not isinstance(error, InvalidStatus):
        return 0.0
    status, headers = error.response.status_code, error.response.headers
    if status in _REFUSALS:
        raise RefusedError(f"the source answered {status}: check its address and our token") from error
    return min(_LONGEST_ASKED, _seconds(headers.get("Retry-After") or headers.get("X-RateLimit-Reset") or ""))


def _seconds(asked: str) -> float:
    """Seconds from now of a number of them, a moment since 1970, or a date (ISO 8601 or RFC 9110)."""
    try:
        number = moment(asked)
    except RowError:
        try:
            number = parsedate_to_datetime(asked).timestamp()
        except ValueError:
            return 0.0
    return max(0.0, number - time.time() if number > 1e9 else number)


async def _take(socket: ClientConnection, source: Source, parts: "Parts", budget: Budget) -> None:
    """Read until the budget or the connection ends; what was read is kept either way."""
    posts: list[Post] = []
    cursor, seen, since = parts.cursor(), 0, time.monotonic()
    try:
        while True:
            budget.ask(1)
            message = await _next(socket, budget)
            if message is not None:
                budget.spend(1)
                seen += 1
                at, post = _read(source, message)
                cursor = max(cursor or 0, at) if at is not None else cursor
                if post is not None and post.objects:
                    posts.append(post)
            if seen >= _FLUSH_EVENTS or (seen and time.monotonic() - since > _FLUSH_SECONDS):
                _keep(parts, posts, cursor)
                posts, seen, since = [], 0, time.monotonic()
    finally:
        if seen:
            _keep(parts, posts, cursor)


def _read(source: Source, message: str | bytes) -> tuple[int | None, Post | None]:
    """What the message holds; one that cannot be read holds nothing, and ends nothing."""
    try:
        return source.read(message)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, None


def _keep(parts: "Parts", posts: Sequence[Post], cursor: int | None) -> None:
    if cursor is not None:
        parts.add(posts, cursor)


async def _next(socket: ClientConnection, budget: Budget) -> str | bytes | None:
    """The next message; None when a moment passed without one, so that what was read is kept in time."""
    left = budget.seconds_left
    wait = _FLUSH_SECONDS if left is None else min(_FLUSH_SECONDS, left)
    try:
        return await asyncio.wait_for(socket.recv(), wait)
    except TimeoutError:
        return None
