"""Live collections: what a stream brings goes into the collection's file, each share once."""

import asyncio
from collections.abc import Callable

from django.conf import settings

from botdetect.collectors import jetstream
from botdetect.collectors.budget import Budget
from botdetect.collectors.parts import Parts
from botdetect.models import Collection
from botdetect.services import collections
from disinfo.leases import lease

_ROUND_SECONDS = 60.0


class StreamBusyError(RuntimeError):
    """Another process collects into this collection."""


def parts_of(collection: Collection) -> Parts:
    """Where the stream of a collection is kept until it is in the collection's file."""
    return Parts(collection.folder / "stream")


def collect_bluesky(
    *, collection: Collection, budget: Budget, address: str = "", say: Callable[[str], object] = print
) -> int:
    """Take public posts from a Jetstream until the budget is spent; gives how many shares are new.

    Killed at any moment, it goes on at the next call where its data end. Raises StreamBusyError.
    """
    with lease(f"bots-stream:{collection.pk}", seconds=_ROUND_SECONDS * 2) as held:
        if not held:
            raise StreamBusyError(f"{collection} is being collected by another process")
        parts = parts_of(collection)
        ended = asyncio.run(jetstream.collect(address or settings.BOTS_JETSTREAM, parts, budget, say=say))
        say(f"budget spent: {ended}; {budget.reads} events read")
        return take_over(collection=collection)


def take_over(*, collection: Collection) -> int:
    """Bring what the stream has kept into the collection's file; safe to do twice."""
    parts = parts_of(collection)
    tables = parts.tables()
    new = collections.store(collection=collection, tables=tables) if tables else 0
    parts.drop_but_last()
    return new
