"""The web server's entry: uvicorn disinfo.asgi:application."""

import gc
import os
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "disinfo.settings")
django.setup(set_prefix=False)

from disinfo.handler import Handler  # noqa: E402 (loaded once Django is)
from disinfo.portal.tools import live_at  # noqa: E402 (as above)

_django = Handler()
import_module(settings.ROOT_URLCONF)
# What is loaded by now stays for good: without it on its list, the garbage collector stops all pages for some 20 ms
# once in a while, not for 200.
gc.collect()
gc.freeze()


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """A tool's live stream where there is one at this address, else Django."""
    live = live_at(scope["path"]) if scope["type"] == "http" else None
    await (live or _django)(scope, receive, send)
