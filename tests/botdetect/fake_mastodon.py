"""A Mastodon server's stream on the loopback: the real protocol, invented posts, refusals and broken messages."""

import http
import json
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

FIRST = 110_000_000_000_000_000


def status(number: int) -> dict[str, Any]:
    """Post `number`: even ones boost one of a few posts, odd ones carry hashtags and a link."""
    account = {
        "acct": f"user{number % 7}@social.example",
        "uri": f"https://social.example/users/user{number % 7}",
        "created_at": "2024-01-02T00:00:00.000Z",
        "followers_count": 3,
        "following_count": 400,
        "statuses_count": 12,
    }
    base = {
        "id": str(FIRST + number),
        "uri": f"https://social.example/statuses/{number}",
        "created_at": f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}.000Z",
        "content": "<p>invented</p>",
        "account": account,
        "in_reply_to_id": None,
        "tags": [],
        "card": None,
        "reblog": None,
    }
    if number % 2 == 0:
        return base | {"reblog": {"uri": f"https://social.example/statuses/original-{number % 3}"}}
    tags = [{"name": name} for name in ("one", "two", "three")]
    return base | {"tags": tags, "card": {"url": "https://news.example/a?utm_source=x"}}


def update(number: int) -> str:
    """The message that says so."""
    return json.dumps({"stream": ["public"], "event": "update", "payload": json.dumps(status(number))})


class FakeMastodon:
    """Sends twenty posts a connection, the last ten again at the next; between them what no client asked for.

    refusals: the answers to the first connections, as (status, headers), before it accepts any.
    """

    def __init__(self, *refusals: tuple[int, dict[str, str]]) -> None:
        self.refusals = list(refusals)
        self.tokens: list[str] = []

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse while there are refusals left."""
        self.tokens.append(request.headers.get("Authorization", ""))
        if not self.refusals:
            return None
        code, headers = self.refusals.pop(0)
        answer = connection.respond(http.HTTPStatus(code), "no\n")
        for name, value in headers.items():
            answer.headers[name] = value
        return answer

    async def answer(self, socket: ServerConnection) -> None:
        """Send, then break the connection."""
        start = (len(self.tokens) - 1) * 10
        for noise in (
            '{"event": "delete", "payload": "1"}',
            '{"event": "update", "payload": "{\\"id\\"',
            "",
            "[]",
        ):
            await socket.send(noise)
        for number in range(start, start + 20):
            await socket.send(update(number))
        socket.transport.abort()
