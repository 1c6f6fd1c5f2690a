"""Bluesky's Jetstream: public events as JSON over a WebSocket, with a cursor in microseconds.

Source: github.com/bluesky-social/jetstream (its README is the specification). No key, no cost.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from botdetect.collectors.budget import Budget, BudgetSpentError
from botdetect.collectors.parts import Parts
from botdetect.formats import Post, RowError, moment
from botdetect.traces import objects_of

COLLECTIONS = ("app.bsky.feed.post", "app.bsky.feed.repost")
_FLUSH_EVENTS, _FLUSH_SECONDS = 5_000, 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_LARGEST_EVENT = 2_000_000
_FACET_LINK, _FACET_TAG = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag"

Say = Callable[[str], object]


def post_of(event: Mapping[str, Any]) -> Post | None:
    """The post or repost of an event; None for any other event, and for one that is not as it should be."""
    commit = event.get("commit")
    if event.get("kind") != "commit" or not isinstance(commit, dict) or commit.get("operation") != "create":
        return None
    record, collection = commit.get("record"), commit.get("collection")
    if not isinstance(record, dict) or collection not in COLLECTIONS:
        return None
    try:
        shared = (
            {"repost": record["subject"]["uri"]} if collection == COLLECTIONS[1] else _shared_by_post(record)
        )
        # The network's own clock: what the author's program wrote may be any date.
        at = moment(int(event["time_us"]) / 1_000_000)
        content = f"at://{event['did']}/{collection}/{commit['rkey']}"
        return Post(str(event["did"]), content[:300], at, tuple(objects_of(shared)))
    except (KeyError, TypeError, ValueError, AttributeError, RowError):
        return None


def _shared_by_post(record: Mapping[str, Any]) -> dict[str, Any]:
    features = [feature for facet in record.get("facets") or () for feature in facet.get("features", ())]
    return {
        "text": record.get("text"),
        "urls": [feature["uri"] for feature in features if feature.get("$type") == _FACET_LINK],
        "hashtags": [feature["tag"] for feature in features if feature.get("$type") == _FACET_TAG],
        "reply": ((record.get("reply") or {}).get("parent") or {}).get("uri"),
    }


async def collect(address: str, parts: Parts, budget: Budget, *, say: Say = lambda _text: None) -> str:
    """Take events into `parts` until the budget is spent; gives which part of it was.

    A connection that breaks is made again after a pause, twice as long each time, from the cursor of the last part.
    """
    pause = _FIRST_PAUSE
    while True:
        before = budget.reads
        try:
            # Also where no connection comes about: time is spent all the same.
            budget.ask(1)
            async with connect(_with_query(address, parts.cursor()), max_size=_LARGEST_EVENT) as socket:
                await _take(socket, parts, budget)
        except BudgetSpentError as spent:
            return str(spent)
        except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError) as error:
            say(f"{type(error).__name__}: again in {pause:g} s")
        pause = _FIRST_PAUSE if budget.reads > before else min(_LONGEST_PAUSE, pause * 2)
        left = budget.seconds_left
        await asyncio.sleep(pause if left is None else min(pause, left))


def _with_query(address: str, cursor: int | None) -> str:
    query: list[tuple[str, object]] = [("wantedCollections", name) for name in COLLECTIONS]
    return f"{address}?{urlencode(query + ([('cursor', cursor)] if cursor is not None else []))}"


async def _take(socket: ClientConnection, parts: Parts, budget: Budget) -> None:
    """Read until the budget or the connection ends; what was read is kept either way."""
    posts: list[Post] = []
    cursor, seen, since = parts.cursor(), 0, time.monotonic()
    try:
        while True:
            budget.ask(1)
            message = await _next(socket, budget)
            if message is not None:
                event = json.loads(message)
                cursor = max(cursor or 0, int(event["time_us"]))
                budget.spend(1)
                seen += 1
                post = post_of(event)
                if post is not None and post.objects:
                    posts.append(post)
            if seen >= _FLUSH_EVENTS or (seen and time.monotonic() - since > _FLUSH_SECONDS):
                _keep(parts, posts, cursor)
                posts, seen, since = [], 0, time.monotonic()
    finally:
        if seen:
            _keep(parts, posts, cursor)


def _keep(parts: Parts, posts: Sequence[Post], cursor: int | None) -> None:
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
