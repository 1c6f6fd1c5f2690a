"""The stream itself, on a real broker: refused to strangers, caught up, live, and ended with one's rights."""

import asyncio
import json
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test import Client
from redis import Redis
from redis.exceptions import RedisError

from collaborate.live import memory, stream
from collaborate.live.hub import Hub
from collaborate.live.presence import Presence
from collaborate.models import Sighting
from collaborate.services import posting, rooms
from disinfo import broker as brokers
from disinfo.accounts.services import create_token
from tests.collaborate import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of its own."""
    var = tmp_path_factory.mktemp("var")
    process = subprocess.Popen(
        brokers.embedded_command(var), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = brokers.embedded_url(var)
    for _ in range(1200):
        try:
            Redis.from_url(url).ping()
            break
        except (RedisError, OSError):
            time.sleep(0.05)
    yield url
    process.kill()
    process.wait()


@pytest.fixture
def broker(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The portal speaks to it; the database in memory is one connection, which its threads share."""
    settings.REDIS_URL = server
    if connection.vendor == "sqlite":
        monkeypatch.setattr(memory, "apart", _here)
    return server


async def _here(question: Callable[[], Any]) -> Any:
    return question()


class Listening:
    """A client of the stream, without a network."""

    def __init__(self, path: str, query: str = "", **headers: str) -> None:
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
        self.status = 0
        self.body = ""
        self.is_over = False
        self._hang_up = asyncio.Event()

    async def __aenter__(self) -> "Listening":
        self._task = asyncio.ensure_future(stream.application(self.scope, self._receive, self._send))
        await self.until(lambda: self.status)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hang_up.set()
        await asyncio.wait_for(self._task, 60)

    async def _receive(self) -> dict[str, Any]:
        await self._hang_up.wait()
        return {"type": "http.disconnect"}

    async def _send(self, said: Any) -> None:
        self.status = said.get("status", self.status)
        self.body += said.get("body", b"").decode()
        self.is_over = said["type"] == "http.response.body" and not said.get("more_body")

    async def until(self, condition: Callable[[], Any], within: float = 60) -> None:
        deadline = time.monotonic() + within
        while not condition():
            assert time.monotonic() < deadline, f"not within {within} s; so far: {self.body}"
            await asyncio.sleep(0.02)

    def numbers(self) -> list[int]:
        """The messages that came."""
        events = [part.split("\n") for part in self.body.split("\n\n")]
        data = [line[-1][6:] for line in events if "event: message" in line]
        return [json.loads(each)["number"] for each in data]


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test in a loop, with a hub, of its own."""

    async def inside() -> None:
        stream.hub = Hub(memory.Database(), Presence())
        try:
            await test()
        finally:
            stream.hub.stop()
            connections.close_all()

    # Browser tests keep a loop running in the main thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, inside()).result()


def cookie_of(user: Any) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return (
        f"{django_settings.SESSION_COOKIE_NAME}={client.cookies[django_settings.SESSION_COOKIE_NAME].value}"
    )


@pytest.fixture
def in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the loop's thread use the database of the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    if connection.vendor == "sqlite":
        connection.inc_thread_sharing()


@pytest.mark.usefixtures("in_threads")
class TestStream:
    def test_strangers_and_forgotten_tokens_learn_nothing(self, secret, people):
        token, key = create_token(user=people["alice"], name="x", scopes=["collaborate:write"])
        asked = [
            {"cookie": cookie_of(people["charlie"])},
            {"cookie": "sessionid=nothing"},
            {},
            {"authorization": f"Bearer {key}"},
            {"cookie": cookie_of(people["alice"]), "sec_fetch_site": "cross-site"},
        ]
        answers = []

        async def test() -> None:
            for headers in asked:
                async with Listening(stream.PAGES, f"room={secret.slug}", **headers) as client:
                    answers.append(client.status)

        run(test)
        assert answers == [404, 404, 404, 404, 403]
        assert token.pk

    def test_one_is_sent_what_one_missed_and_then_what_comes(self, alarms, people):
        for text in ("one", "two", "three"):
            factories.said(alarms, people["alice"], text)
        cookie = cookie_of(people["rita"])

        async def test() -> None:
            async with Listening(stream.PAGES, f"room={alarms.slug}&after=1", cookie=cookie) as client:
                await client.until(lambda: "event: ready" in client.body and stream.hub.is_connected)
                assert client.numbers() == [2, 3]
                factories.said(alarms, people["alice"], "four")
                await client.until(lambda: client.numbers() == [2, 3, 4])
            async with Listening(
                stream.PAGES, f"room={alarms.slug}&after=1", cookie=cookie, last_event_id="3"
            ) as client:
                await client.until(lambda: client.numbers() == [4])

        run(test)

    def test_who_is_answered_late_misses_nothing_that_others_here_were_told(
        self, alarms, people, monkeypatch
    ):
        factories.said(alarms, people["alice"], "one")
        room, ask = f"room={alarms.slug}&after=0", memory.apart
        late, soon = (
            Listening(stream.PAGES, room, cookie=cookie_of(people[who])) for who in ("rita", "alice")
        )
        held = []

        async def test() -> None:
            go_on = asyncio.Event()

            async def slow_at_first(question: Callable[[], Any]) -> Any:
                answer = await ask(question)
                if isinstance(answer, tuple) and not held:
                    held.append(answer)
                    await go_on.wait()
                return answer

            monkeypatch.setattr(memory, "apart", slow_at_first)
            entering = asyncio.ensure_future(late.__aenter__())
            await late.until(lambda: held)
            factories.said(alarms, people["alice"], "two")
            async with soon:
                await soon.until(lambda: soon.numbers() == [1, 2])
                go_on.set()
                await entering
                await late.until(lambda: late.numbers() == [1, 2])
            await late.__aexit__()

        run(test)

    def test_what_the_broker_lost_is_found_in_the_database(self, alarms, people, settings):
        cookie = cookie_of(people["rita"])

        async def test() -> None:
            async with Listening(stream.PAGES, f"room={alarms.slug}", cookie=cookie) as client:
                await client.until(lambda: stream.hub.is_connected)
                right, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1"
                factories.said(alarms, people["alice"], "nobody is told of this")
                settings.REDIS_URL = right
                await client.until(lambda: client.numbers() == [1])

        run(test)

    def test_who_loses_the_room_is_cut_off_at_once(self, secret, people, partner):
        factories.seat(secret, partner)
        cookie = cookie_of(partner)

        async def test() -> None:
            async with Listening(stream.PAGES, f"room={secret.slug}", cookie=cookie) as client:
                await client.until(lambda: stream.hub.is_connected)
                rooms.remove(room=secret, user=partner, remover=people["alice"])
                await client.until(lambda: client.is_over, within=10)
                posting.post(room=secret, author=people["alice"], text="among ourselves")
            assert "among ourselves" not in client.body

        run(test)

    def test_a_bots_token_opens_its_stream_until_it_is_revoked(self, alarms, people):
        from disinfo.accounts.services import revoke_token

        token, key = create_token(user=people["alice"], name="x", scopes=["read"])
        path = f"/api/v1/collaborate/rooms/{alarms.slug}/events/"

        async def test() -> None:
            async with Listening(path, authorization=f"Bearer {key}") as client:
                assert client.status == 200
                await client.until(lambda: stream.hub.is_connected)
                revoke_token(token=token, actor=people["alice"])
                await client.until(lambda: client.is_over, within=10)

        run(test)

    def test_who_was_shown_a_strict_message_is_written_down(self, alarms, people):
        factories.said(alarms, people["alice"], "before", tlp="amber")
        cookie = cookie_of(people["rita"])

        async def test() -> None:
            async with Listening(stream.PAGES, f"room={alarms.slug}&after=0", cookie=cookie) as client:
                await client.until(lambda: client.numbers() == [1] and stream.hub.is_connected)
                factories.said(alarms, people["alice"], "now", tlp="red")
                await client.until(lambda: client.numbers() == [1, 2])
                await client.until(lambda: Sighting.objects.filter(user=people["rita"]).count() == 2)

        run(test)

    def test_who_missed_too_much_is_told_to_open_the_room_anew(self, alarms, people, monkeypatch):
        monkeypatch.setattr(memory, "MOST_MISSED", 2)
        for text in "abc":
            factories.said(alarms, people["alice"], text)
        cookie = cookie_of(people["rita"])

        async def test() -> None:
            async with Listening(stream.PAGES, f"room={alarms.slug}&after=0", cookie=cookie) as client:
                await client.until(lambda: "event: far" in client.body)
                assert client.numbers() == []

        run(test)
