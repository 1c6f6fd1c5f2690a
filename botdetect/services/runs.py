"""Estimating, starting, performing and cancelling a run."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botdetect.coordination import EventsError
from botdetect.models import Account, AllowedAccount, Collection, Run
from disinfo import jobs
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from disinfo.leases import Hold, lease
from disinfo.portal.models import Job

# What is heavy is imported where it is used: a web process that never asks for it does not carry it.
if TYPE_CHECKING:
    from botdetect.coordination.detection import Estimate, Network, Parameters
    from botdetect.coordination.events import Events

_MEGABYTE = 1_000_000
STAGES = (
    "read",
    "index",
    "pairs",
    "edges",
    "significance",
    "shuffle",
    "graph",
    "communities",
    "store",
    "picture",
)


class Cancelled(Exception):  # noqa: N818 (not an error: someone asked for it)
    """The run was cancelled by a person, or taken over by another worker."""


def parameters_of(asked: Mapping[str, Any]) -> "Parameters":
    """The engine's parameters among those asked for, within the memory that this portal gives."""
    from botdetect.coordination.detection import Parameters

    known = asdict(Parameters())
    chosen = {name: value for name, value in asked.items() if name in known and name != "memory"}
    return Parameters(**chosen, memory=settings.BOTS_MEMORY_MB * _MEGABYTE)


def events_of(collection: Collection, trace: str) -> "Events":
    """The shares of one trace, without the accounts on the allow-list."""
    from botdetect import eventfile

    allowed = set(AllowedAccount.objects.values_list("name", flat=True))
    handles = Account.objects.filter(collection=collection, handle__in=allowed).values_list("name", flat=True)
    return eventfile.events_of(collection.events_path, trace, without=allowed | set(handles))


def estimated(*, collection: Collection, trace: str, parameters: "Parameters") -> "Estimate":
    """What a run would cost. Raises EventsError when the collection has no such shares."""
    from botdetect.coordination.detection import estimate

    return estimate(events_of(collection, trace), parameters)


@transaction.atomic
def start(
    *,
    collection: Collection,
    trace: str,
    parameters: dict[str, Any],
    actor: User | None,
    is_queued: bool = True,
) -> Run:
    """Have a worker find the clusters of a collection, or leave that to the caller (is_queued=False)."""
    from botdetect import tasks

    job = Job.objects.create(
        kind="bots.run", label=_("Clusters of %s") % collection, owner=actor, total=len(STAGES)
    )
    run = Run.objects.create(
        collection=collection, trace=trace, parameters=parameters, job=job, created_by=actor
    )
    audit.record("bots.run_asked", actor=actor, on=run, organisation=collection.organisation, trace=trace)
    if is_queued:
        send_after_commit(tasks.perform_run, run.pk)
    return run


@transaction.atomic
def cancel(*, run: Run, actor: User) -> None:
    """Stop a run at its next stage; one that no worker has begun stops at once."""
    Run.objects.filter(pk=run.pk).update(is_cancel_asked=True)
    waiting = Run.objects.filter(pk=run.pk, state=Run.State.WAITING)
    if waiting.update(state=Run.State.CANCELLED, finished_at=timezone.now()) and run.job:
        Job.objects.filter(pk=run.job.pk).update(state=Job.State.FAILED, error=_("Cancelled."))
    audit.record("bots.run_cancelled", actor=actor, on=run)


def perform(*, run: Run) -> None:
    """Do a run from its beginning; one that is over or that another worker is on is left alone.

    A worker that was killed leaves a lease that runs out: the sweep hands the run to another, and since nothing is
    stored before the end and the result depends on the input alone, it is as if nothing had happened.
    """
    with lease(f"bots-run:{run.pk}", seconds=settings.BOTS_LEASE_SECONDS) as held:
        run.refresh_from_db()
        if not held or run.is_over or run.job is None:
            return
        Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING)
        with _kept(held):
            try:
                with jobs.running(run.job):
                    _perform(run, run.job, held)
            except Cancelled:
                _finish(run, Run.State.CANCELLED)
            except Exception:
                _finish(run, Run.State.FAILED)
                raise


def _perform(run: Run, job: Job, held: Hold) -> None:
    from botdetect.coordination import detection, report
    from botdetect.services import picture, storing

    bar = jobs.Bar(job, total=len(STAGES), stage=STAGES[0])

    def say(stage: str) -> None:
        if Run.objects.filter(pk=run.pk, is_cancel_asked=True).exists():
            raise Cancelled(_("Cancelled."))
        if not held.is_still_ours():
            raise Cancelled(_("Another worker has taken this over."))
        job.done = STAGES.index(stage)
        bar.advance(stage, by=0)

    events = events_of(run.collection, run.trace)
    parameters = parameters_of(run.parameters)
    control = _control_of(run)
    chance = detection.baseline(events_of(control, run.trace), parameters) if control else None
    is_big = len(events) >= settings.BOTS_SCHEDULER_FROM_SHARES
    network = detection.detect(
        events,
        parameters,
        say=say,
        folder=run.collection.folder,
        control=chance,
        scheduler=settings.BOTS_SCHEDULER if is_big else "",
    )
    say("store")
    with transaction.atomic():
        storing.store(run=run, events=events, network=network)
        run.input_hash = run.collection.events_hash
        run.result_hash = hash_of(network, events)
        run.report = report.summary(network, parameters, input_hash=run.input_hash)
        run.report["seconds"] = network.seconds
        # A collection grows: a run remembers which shares it saw.
        run.report["span"] = [
            f"{at:%Y-%m-%d}" for at in (run.collection.first_at, run.collection.last_at) if at
        ]
        if control:
            run.report["control"] = {"shares": control.shares, "input_sha256": control.events_hash}
        run.save(update_fields=["input_hash", "result_hash", "report"])
        say("picture")
        picture.draw(run=run)
        _finish(run, Run.State.DONE)
    job.result = {"url": run.get_absolute_url()}


def _control_of(run: Run) -> Collection | None:
    """The collection that says what chance gives. Raises EventsError when its shares are gone."""
    if not run.parameters.get("control"):
        return None
    control = Collection.objects.filter(pk=run.parameters["control"], aggregated_at=None).first()
    if control is None or run.trace not in control.kinds:
        raise EventsError(_("The control collection no longer has such shares: choose another."))
    return control


def _finish(run: Run, state: str) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, finished_at=timezone.now())


def hash_of(network: "Network", events: "Events") -> str:
    """The SHA-256 of what a run found: equal for equal input, parameters and version, whatever the machine."""
    found = hashlib.sha256()
    edges = network.edges
    for name in events.account_names(network.accounts):
        found.update(name.encode() + b"\n")
    for column in (
        edges.a,
        edges.b,
        edges.shares,
        edges.objects,
        network.cluster,
        network.core,
        network.fast,
    ):
        found.update(column.tobytes())
    for numbers in (network.expected, network.p, network.q):
        found.update(numbers.round(12).tobytes())
    return found.hexdigest()


@contextmanager
def _kept(held: Hold) -> Iterator[None]:
    """Renew the lease while the block runs, from a thread: a stage may take longer than a lease."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(held.seconds / 3):
            close_old_connections()
            held.renew()
        connection.close()

    thread = threading.Thread(target=renew, name="keep-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()


def sweep() -> int:
    """Hand unfinished runs to the workers again; those that a worker is on are left alone by `perform`."""
    from botdetect import tasks

    unfinished = list(Run.objects.unfinished().values_list("pk", flat=True)[:20])
    # Not again what an earlier sweep has just queued: a long run must not fill the broker with copies of itself.
    patience = 2 * settings.BOTS_LEASE_SECONDS
    due = [key for key in unfinished if cache.add(f"bots:queued:{key}", 1, patience)]
    for key in due:
        send_after_commit(tasks.perform_run, key)
    return len(due)
