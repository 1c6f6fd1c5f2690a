"""Many clients of a room's stream in one process of their own, so that what is measured is the portal.

`python -m benchmarks._listeners PORT ROOM` takes on its input a line with cookies (one a client) and a pace in clients
a second (0: all at once), says "ready <seconds>" when each has its first event, then on "report" prints JSON: how many
messages came, how many out of order or twice, the latencies in milliseconds.
"""

import asyncio
import json
import resource
import sys
import time


class Client(asyncio.Protocol):
    """One stream, read with as little work as possible."""

    def __init__(self, listeners: "Listeners", cookie: str) -> None:
        self.listeners, self.cookie = listeners, cookie
        self.last = 0
        self.is_ready = False
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        request = (
            f"GET /collaborate/events/?room={self.listeners.room} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: sessionid={self.cookie}\r\n\r\n"
        )
        transport.write(request.encode())  # type: ignore[attr-defined]  # a TCP transport

    def data_received(self, data: bytes) -> None:
        """Note each message: its number, and how long ago it was sent."""
        data = self.rest + data
        *events, self.rest = data.split(b"\n\n")
        now = time.time()
        for event in events:
            if b"event: message" in event:
                self._message(event, now)
            elif not self.is_ready and b"event: ready" in event:
                self.is_ready = True
                self.listeners.ready += 1

    def _message(self, event: bytes, now: float) -> None:
        at = event.index(b'"number":') + 9
        number = int(event[at : event.index(b",", at)])
        if number != self.last + 1 and self.last:
            self.listeners.wrong += 1
        self.last = number
        at = event.index(b"sent=") + 5
        self.listeners.latencies.append(now - float(event[at : at + 17]))


class Listeners:
    """All of them."""

    def __init__(self, port: int, room: str) -> None:
        self.port, self.room = port, room
        self.ready = self.wrong = 0
        self.latencies: list[float] = []

    async def connect(self, cookies: list[str], pace: float) -> float:
        """Open a stream for each cookie; gives the seconds until each had its first event."""
        loop, start = asyncio.get_running_loop(), time.monotonic()
        waiting = []
        for number, cookie in enumerate(cookies):
            if pace:
                await asyncio.sleep(max(0, start + number / pace - time.monotonic()))
            waiting.append(
                asyncio.ensure_future(
                    loop.create_connection(lambda cookie=cookie: Client(self, cookie), "127.0.0.1", self.port)  # type: ignore[misc]  # a default fixes the loop's value
                )
            )
        await asyncio.gather(*waiting)
        while self.ready < len(cookies):  # noqa: ASYNC110 (a thousand clients count themselves; a look now and then is enough)
            await asyncio.sleep(0.01)
        return time.monotonic() - start

    def report(self) -> str:
        """What came, as JSON; begins anew."""
        said = {
            "count": len(self.latencies),
            "wrong": self.wrong,
            "latencies": [round(each * 1000) for each in self.latencies],
        }
        self.latencies, self.wrong = [], 0
        return json.dumps(said)


async def _main() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    listeners = Listeners(int(sys.argv[1]), sys.argv[2])
    loop = asyncio.get_running_loop()
    pace, *cookies = (await loop.run_in_executor(None, sys.stdin.readline)).split()
    print(f"ready {await listeners.connect(cookies, float(pace)):.2f}", flush=True)
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        if line == "report":
            print(listeners.report(), flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
