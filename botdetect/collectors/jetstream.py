"""Bluesky's Jetstream: public events as JSON over a WebSocket, with a cursor in microseconds.

Source: github.com/bluesky-social/jetstream (its README is the specification). No key, no cost.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from botdetect.collectors.websocket import Source
from botdetect.formats import Post
from botdetect.traces import objects_of
from botdetect.values import RowError, moment

COLLECTIONS = ("app.bsky.feed.post", "app.bsky.feed.repost")
_FACET_LINK, _FACET_TAG = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag"


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


def source(address: str) -> Source:
    """The Jetstream at this address."""
    return Source(lambda cursor: _with_query(address, cursor), _read)


def _read(message: str | bytes) -> tuple[int, Post | None]:
    event = json.loads(message)
    return int(event["time_us"]), post_of(event)


def _with_query(address: str, cursor: int | None) -> str:
    query: list[tuple[str, object]] = [("wantedCollections", name) for name in COLLECTIONS]
    return f"{address}?{urlencode(query + ([('cursor', cursor)] if cursor is not None else []))}"
