"""Figures of a large library: counted after each import and each night by a worker, kept in between."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")
_SECONDS = 26 * 3600


def kept(key: str, count: Callable[[], T], *, again: bool = False) -> T:
    """What `count` gave last under this key; counted now when it is not known, or when `again` says so."""
    known: tuple[T] | None = None if again else cache.get(key)
    if known is None:
        known = (count(),)
        cache.set(key, known, timeout=_SECONDS)
    return known[0]
