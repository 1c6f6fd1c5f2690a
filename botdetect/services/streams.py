"""Live collections: what a stream brings goes into the collection's file, each share once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from botdetect.collectors import jetstream, mastodon
from botdetect.collectors.budget import Budget
from botdetect.collectors.websocket import Source, collect
from botdetect.models import Collection
from botdetect.services import collections
from disinfo import jobs
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from disinfo.leases import Hold, lease
from disinfo.portal.models import Job

if TYPE_CHECKING:
    from botdetect.collectors.parts import Parts

KIND = "bots.stream"
LONGEST_MINUTES = 12 * 60
_LEASE_SECONDS = 120.0
_LOOK_SECONDS = 1.0

Say = Callable[[str], object]


class StreamBusyError(RuntimeError):
    """Another process collects into this collection."""


def source_of(name: str, address: str = "") -> Source:
    """The stream of this name (a value of Collection.Source), at its address of the settings or another."""
    if name == Collection.Source.MASTODON:
        return mastodon.source(address or settings.BOTS_MASTODON, settings.BOTS_MASTODON_TOKEN)
    return jetstream.source(address or settings.BOTS_JETSTREAM)


def parts_of(collection: Collection, name: str = Collection.Source.BLUESKY) -> "Parts":
    """Where a stream of a collection is kept until it is in the collection's file; each source has its own cursor."""
    from botdetect.collectors.parts import Parts  # heavy: not for every web process

    folder = "stream" if name == Collection.Source.BLUESKY else f"stream-{name}"
    return Parts(collection.folder / folder)


def collect_stream(
    *, collection: Collection, name: str, budget: Budget, address: str = "", say: Say = print
) -> int:
    """Take public posts from a stream until the budget is spent; gives how many shares are new.

    Killed at any moment, it goes on at the next call where its data end. Raises StreamBusyError, or RefusedError when
    the source will not have us (what was kept stays).
    """
    with _lease(collection) as held:
        if not held:
            raise StreamBusyError(_("Another process collects into this collection."))
        return _take(held, collection, source_of(name, address), name, budget, say, lambda: None)


def _lease(collection: Collection) -> AbstractContextManager[Hold]:
    return lease(f"bots-stream:{collection.pk}", seconds=_LEASE_SECONDS)


def _take(
    held: Hold,
    collection: Collection,
    source: Source,
    name: str,
    budget: Budget,
    say: Say,
    look: Callable[[], object],
) -> int:
    try:
        ended = _collected(source, parts_of(collection, name), budget, say, _looking(held, budget, look))
        say(f"budget spent: {ended}; {budget.reads} events read")
    finally:
        new = take_over(collection=collection, name=name)
    return new


def _looking(held: Hold, budget: Budget, look: Callable[[], object]) -> Callable[[], None]:
    def every_second() -> None:
        if not held.renew():
            budget.is_stopped = True
        look()

    return every_second


def _collected(source: Source, parts: "Parts", budget: Budget, say: Say, look: Callable[[], object]) -> str:
    """Collect in a thread of its own, which never touches the database, and look every second from this one."""
    with ThreadPoolExecutor(1, "collect") as pool:
        future = pool.submit(lambda: asyncio.run(collect(source, parts, budget, say=say)))
        try:
            while not wait([future], _LOOK_SECONDS).done:
                look()
        finally:
            budget.is_stopped = True
        return future.result()


def take_over(*, collection: Collection, name: str = Collection.Source.BLUESKY) -> int:
    """Bring what the stream has kept into the collection's file; safe to do twice."""
    parts = parts_of(collection, name)
    tables = parts.tables()
    new = collections.store(collection=collection, tables=tables) if tables else 0
    parts.drop_but_last()
    return new


@transaction.atomic
def start(*, collection: Collection, name: str, minutes: int, most_events: int, actor: User) -> Job:
    """Have a worker collect from a stream within this budget."""
    from botdetect import tasks

    job = Job.objects.create(
        kind=KIND, label=_("Collect into %s") % collection, owner=actor, total=most_events
    )
    until = timezone.now() + timedelta(minutes=minutes)
    job.result = {
        "collection": collection.pk,
        "source": name,
        "until": until.isoformat(),
        "most_events": most_events,
        "events": 0,
        "url": collection.get_absolute_url(),
    }
    job.save(update_fields=["result"])
    audit.record(
        "bots.stream_started",
        actor=actor,
        on=collection,
        organisation=collection.organisation,
        source=name,
        minutes=minutes,
        events=most_events,
    )
    send_after_commit(tasks.collect_stream, job.pk)
    return job


@transaction.atomic
def stop(*, collection: Collection, actor: User) -> None:
    """Have the collector of a collection stop within a second or so; one that waits never begins."""
    for job in running(collection).select_for_update():
        cache.set(_stop_key(job), 1, timeout=24 * 3600)
        if job.state == Job.State.WAITING:
            job.state, job.error = Job.State.FAILED, _("Stopped.")
            job.save(update_fields=["state", "error"])
    audit.record("bots.stream_stopped", actor=actor, on=collection, organisation=collection.organisation)


def running(collection: Collection) -> Any:
    """The collectors of a collection that are not over."""
    states = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(kind=KIND, state__in=states, result__collection=collection.pk)


def perform(*, job: Job) -> None:
    """Collect what the job says; called again after a kill, it goes on with what is left of the budget."""
    collection = Collection.objects.get(pk=job.result["collection"])
    with _lease(collection) as held:
        job.refresh_from_db()
        if not held or job.is_over:
            return
        budget = _left_of(job)
        with jobs.running(job):

            def look() -> None:
                budget.is_stopped = budget.is_stopped or bool(cache.get(_stop_key(job)))
                job.done, job.result = budget.reads, job.result | {"events": budget.reads}
                job.save(update_fields=["done", "stage", "result", "updated_at"])

            def say(text: str) -> None:
                # From the thread that collects: `look` writes it down.
                job.stage = text[:200]

            name = job.result["source"]
            new = _take(held, collection, source_of(name), name, budget, say, look)
            job.done, job.result = budget.reads, job.result | {"events": budget.reads, "shares": new}


def _left_of(job: Job) -> Budget:
    until = parse_datetime(job.result["until"]) or timezone.now()
    return Budget(
        most_reads=job.result["most_events"],
        most_seconds=max(0.0, (until - timezone.now()).total_seconds()),
        reads=job.result["events"],
    )


def _stop_key(job: Job) -> str:
    return f"bots:stop-stream:{job.pk}"


def sweep() -> int:
    """Hand collectors whose worker was killed to another; one that a worker is on is left alone by its lease."""
    from botdetect import tasks

    unfinished = Job.objects.filter(kind=KIND, state__in=(Job.State.WAITING, Job.State.RUNNING))
    keys = list(unfinished.order_by("pk").values_list("pk", flat=True)[:20])
    due = [key for key in keys if cache.add(f"bots:stream-queued:{key}", 1, _LEASE_SECONDS)]
    for key in due:
        send_after_commit(tasks.collect_stream, key)
    return len(due)
