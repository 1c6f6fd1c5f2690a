"""A Jetstream on the loopback: the real protocol, invented events, and the moods of a real server.

`python -m tests.botdetect.fake_jetstream PORT RATE` serves for ever; event N happens at its time whoever listens.
"""

import asyncio
import json
import sys
import time
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve

START = 1_767_225_600_000_000


def event(number: int) -> str:
    """Event `number`: of ten, six reposts, two posts with a link, a like and a deletion."""
    kind = number % 10
    base = {"did": f"did:plc:{number % 997:024d}", "time_us": START + number * 500, "kind": "commit"}
    if kind < 6:
        record = {"subject": {"uri": f"at://did:plc:x/app.bsky.feed.post/{number // 50}"}}
        commit = {"operation": "create", "collection": "app.bsky.feed.repost", "record": record}
    elif kind < 8:
        facet = {
            "features": [
                {"$type": "app.bsky.richtext.facet#link", "uri": f"https://news.example/{number // 40}"}
            ]
        }
        commit = {
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "record": {"text": f"read this {number}", "facets": [facet]},
        }
    elif kind == 8:
        commit = {"operation": "create", "collection": "app.bsky.feed.like", "record": {}}
    else:
        commit = {"operation": "delete", "collection": "app.bsky.feed.post"}
    return json.dumps({**base, "commit": commit | {"rkey": str(number)}})


def shares_until(number: int) -> int:
    """How many shares the first `number` events make: a repost one, a post two (its link and its text)."""
    whole, rest = divmod(number, 10)
    return whole * 10 + sum(1 if kind < 6 else 2 if kind < 8 else 0 for kind in range(rest))


class FakeJetstream:
    """Sends events from the cursor on: all that have happened at once, later ones as they happen.

    rate: events a second, None for all at once. breaks_after: closes each connection after so many. total: how many
    events there are in all, after which it is silent.
    """

    def __init__(self, *, rate: float | None = None, breaks_after: int = 0, total: int = 10**9) -> None:
        self.rate, self.breaks_after, self.total = rate, breaks_after, total
        self.connections: list[dict[str, list[str]]] = []
        self._since = time.monotonic()

    async def answer(self, socket: ServerConnection) -> None:
        query = parse_qs(urlsplit(socket.request.path).query)
        self.connections.append(query)
        number = (int(query["cursor"][0]) - START) // 500 if "cursor" in query else 0
        sent = 0
        while number < self.total:
            happened = self.total if self.rate is None else int((time.monotonic() - self._since) * self.rate)
            for _ in range(min(happened, self.total) - number):
                await socket.send(event(number))
                number, sent = number + 1, sent + 1
                if self.breaks_after and sent >= self.breaks_after:
                    socket.transport.abort()
                    return
            await asyncio.sleep(0.005)
        await socket.wait_closed()


async def main(port: int, rate: float) -> None:
    """Serve until ended."""
    server = FakeJetstream(rate=rate)
    async with serve(server.answer, "127.0.0.1", port) as running:
        print("ready", flush=True)
        await running.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
