"""Requests run in threads that are used again, one request at a time in each."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import HttpResponse
from django.urls import path

from disinfo import handler
from disinfo.handler import Handler

ran_in: list[int] = []
may_end = threading.Event()


def quick(_request):
    ran_in.append(threading.get_ident())
    return HttpResponse("quick")


def slow(_request):
    ran_in.append(threading.get_ident())
    assert may_end.wait(60)
    return HttpResponse("slow")


PAGES = (path("quick/", quick), path("slow/", slow))


@pytest.fixture(autouse=True)
def two_pages(settings):
    settings.ROOT_URLCONF = PAGES
    settings.MIDDLEWARE = []
    ran_in.clear()
    may_end.clear()


async def ask(application, address, leaves=None):
    """The status of a page, by ASGI; None for a client that left before."""
    statuses, asked = [], False

    async def receive():
        nonlocal asked
        if asked:
            await (leaves or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b""}

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "GET", "path": address, "headers": [], "query_string": b""}
    await application(scope, receive, send)
    return statuses[0] if statuses else None


def _run(coroutine):
    """In a loop of its own: browser tests keep one running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


async def _until(condition):
    while not condition():  # noqa: ASYNC110 (what is waited for happens in threads)
        await asyncio.sleep(0.01)


def test_the_next_request_runs_in_the_thread_of_the_last():
    async def asked():
        application = Handler()
        for _time in range(3):
            assert await ask(application, "/quick/") == 200
            await _until(lambda: len(application._idle) == 1)

    _run(asked())
    assert len(set(ran_in)) == 1


def test_two_at_once_run_beside_each_other():
    async def asked():
        application = Handler()
        waiting = asyncio.ensure_future(ask(application, "/slow/"))
        await _until(lambda: ran_in)
        assert await ask(application, "/quick/") == 200
        may_end.set()
        assert await waiting == 200

    _run(asked())
    assert len(set(ran_in)) == 2


def test_a_thread_that_still_works_for_a_client_that_is_gone_is_given_to_nobody():
    async def asked():
        application = Handler()
        leaves = asyncio.Event()
        gone = asyncio.ensure_future(ask(application, "/slow/", leaves))
        await _until(lambda: ran_in)
        leaves.set()
        assert await ask(application, "/quick/") == 200
        may_end.set()
        assert await gone is None
        await _until(lambda: len(application._idle) == 2)

    _run(asked())
    assert len(set(ran_in)) == 2


def test_after_a_rush_only_so_many_threads_are_kept(monkeypatch):
    monkeypatch.setattr(handler, "MOST_KEPT", 2)

    async def asked():
        application = Handler()
        rush = [asyncio.ensure_future(ask(application, "/slow/")) for _one in range(5)]
        await _until(lambda: len(ran_in) == 5)
        may_end.set()
        assert await asyncio.gather(*rush) == [200] * 5
        await _until(lambda: len(application._idle) == 2)
        assert await ask(application, "/quick/") == 200

    _run(asked())


def test_what_is_no_request_is_refused():
    with pytest.raises(ValueError, match="not a request"):
        _run(Handler()({"type": "websocket"}, None, None))
