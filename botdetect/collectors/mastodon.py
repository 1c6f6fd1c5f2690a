"""A Mastodon server's public stream over a WebSocket: posts as they are made, boosts and replies included.

Source: docs.joinmastodon.org/methods/streaming. The server does not send again what passed while nobody listened:
a connection that broke leaves a gap, and says so.
"""

import json
from typing import Any
from urllib.parse import urlencode

from botdetect.collectors.websocket import Source
from botdetect.formats import Post, Profile
from botdetect.traces import objects_of
from botdetect.values import moment


def source(address: str, token: str) -> Source:
    """The stream of all public posts at this address (wss://…/api/v1/streaming), with an access token."""
    query = urlencode({"stream": "public"})
    return Source(lambda _cursor: f"{address}?{query}", read, (("Authorization", f"Bearer {token}"),))


def read(message: str | bytes) -> tuple[int | None, Post | None]:
    """The identifier and the post of an "update", nothing of other events; raises as `Source.read` says."""
    event = json.loads(message)
    if event.get("event") != "update":
        return None, None
    status = json.loads(event["payload"])
    return int(status["id"]), post_of(status)


def post_of(status: dict[str, Any]) -> Post:
    """The post of a status. Its text is HTML and stays out: links and hashtags come in lists of their own."""
    account = status["account"]
    boosted = status.get("reblog") or {}
    card = (status.get("card") or {}).get("url")
    shared = {
        "repost": boosted.get("uri"),
        "reply": status.get("in_reply_to_id"),
        "urls": [card] if card else [],
        "hashtags": [tag["name"] for tag in status.get("tags", [])],
    }
    profile = Profile(
        str(account["acct"]),
        moment(account["created_at"]),
        int(account["followers_count"]),
        int(account["following_count"]),
        int(account["statuses_count"]),
    )
    name, content = str(account.get("uri") or account["url"])[:120], str(status["uri"])[:300]
    return Post(name, content, moment(status["created_at"]), tuple(objects_of(shared)), profile)
