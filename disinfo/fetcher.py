"""The portal's one client of disinfo.safe_http, made from the settings."""

import os
from functools import cache

from django.conf import settings

from disinfo.safe_http import Client, Policy


def policy() -> Policy:
    """What the deployment allows to go out to, and how politely."""
    return Policy(
        user_agent=settings.FETCH_USER_AGENT,
        allow=tuple(settings.FETCH_ALLOW),
        proxy=settings.FETCH_PROXY or None,
        host_delay=settings.FETCH_HOST_DELAY_MS / 1000,
        host_concurrency=settings.FETCH_HOST_CONCURRENCY,
    )


@cache
def _client_of(_process: int) -> Client:
    return Client(policy())


def client() -> Client:
    """The client of this process: connections are not shared across a fork."""
    return _client_of(os.getpid())
