"""The web server's entry: uvicorn disinfo.asgi:application."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "disinfo.settings")
_django: Any = get_asgi_application()

from disinfo.portal.tools import live_at  # noqa: E402 (the tools can be loaded once Django is)


async def application(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """A tool's live stream where there is one at this address, else Django."""
    live = live_at(scope["path"]) if scope["type"] == "http" else None
    await (live or _django)(scope, receive, send)
