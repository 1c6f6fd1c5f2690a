"""How a request is run: in one go, in a thread that has run others before.

Django's own handler makes a thread for each request and throws it away with its database connection, and goes back to
the event loop between middlewares. None of our middlewares or views is asynchronous: live streams are answered before.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

MOST_KEPT = 16
"""Threads that wait for the next request; a rush may make more, which end after it."""


class Handler(ASGIHandler):
    """Django's handler, with threads that are kept."""

    def __init__(self) -> None:
        super().__init__()
        self._idle: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002 (Django's signature)
        """All of it synchronous."""
        super().load_middleware(is_async=False)

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        """Answer one request in a thread of its own."""
        if scope["type"] != "http":
            raise ValueError(f"not a request: {scope['type']}")
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            loop = asyncio.get_running_loop()
            # Through the thread itself: one that still works, for a client that is gone, is not idle yet.
            thread.submit(loop.call_soon_threadsafe, self._give_back, thread)

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self._idle) < MOST_KEPT:
            self._idle.append(thread)
            return
        thread.submit(connections.close_all)
        thread.shutdown(wait=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The whole of it in the request's thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
