"""Passes over what is due: many hosts at once, polite to each, one worker a host."""

import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from disinfo import jobs
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from disinfo.leases import Hold, held_keys, lease
from disinfo.portal.models import Job
from terms_tracker.extraction import DeclarationError
from terms_tracker.fetching import Fetcher
from terms_tracker.fetching.outcomes import Failed, Outcome, Wanted
from terms_tracker.models import Collection, Terms, TermsQuerySet
from terms_tracker.services import declarations, indexing, recording
from terms_tracker.services.recording import Result

logger = logging.getLogger(__name__)

_HOST_LEASE = "terms-host:"
_BUDGET_SECONDS = 240
_LANES = 16
_HOSTS_A_TASK = 16
# Fetched documents waiting to be recorded: bounds the memory when the network is faster than git.
_WAITING_RESULTS = 16

_Arrival = tuple[Terms, dict[int, Outcome]]


@dataclass
class Summary:
    """What a pass came to."""

    checked: int = 0
    changed: int = 0
    failed: int = 0
    results: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one more."""
        self.checked += 1
        self.changed += result.word == "changed"
        self.failed += result.word == "failed"
        self.results.append(result)


@transaction.atomic
def ask_for_check(*, terms: Terms, actor: User) -> None:
    """Put these terms at the head of the queue; a worker takes them within seconds."""
    from terms_tracker import tasks

    terms.next_check_at = timezone.now()
    terms.save(update_fields=["next_check_at"])
    audit.record("terms.check_asked", actor=actor, on=terms)
    send_after_commit(tasks.check_hosts, [terms.host])


@transaction.atomic
def ask_for_pass(*, chosen: TermsQuerySet, actor: User) -> Job:
    """Have these terms checked by a worker, due or not; the job shows how far it is."""
    from terms_tracker import tasks

    keys = sorted(chosen.tracked().values_list("pk", flat=True))
    label = ngettext("Check of %(number)d terms", "Check of %(number)d terms", len(keys))
    job = Job.objects.create(
        kind="terms.pass", label=label % {"number": len(keys)}, owner=actor, total=len(keys)
    )
    audit.record("terms.pass_asked", actor=actor, on=job, terms=keys)
    send_after_commit(tasks.run_chosen, job.pk, keys)
    return job


def run_chosen(*, job: Job, keys: Sequence[int]) -> None:
    """Check these terms and move the job's bar. A job that is over, or that another worker is on, is left alone."""
    with lease(f"job:{job.pk}", seconds=settings.TERMS_LEASE_SECONDS) as held:
        if not held or job.is_over:
            return
        with jobs.running(job):
            chosen = Terms.objects.tracked().filter(pk__in=keys)
            moved = jobs.Bar(job, total=len(keys))
            summary = run_pass(
                chosen,
                keep_alive=lambda: _renew([held]),
                on_result=lambda result: moved.advance(str(result.terms)),
            )
            job.stage = _("done")
            job.result = {"checked": summary.checked, "changed": summary.changed, "failed": summary.failed}


def sweep() -> int:
    """Index what was recorded but has no row yet, then hand what is due to the workers; gives how many hosts."""
    from terms_tracker import tasks

    for collection in Collection.objects.all():
        with lease(f"terms-index:{collection.pk}", seconds=settings.TERMS_LEASE_SECONDS) as held:
            if held:
                indexing.catch_up(collection)
    taken = {
        key.removeprefix(_HOST_LEASE) for key in held_keys(_HOST_LEASE, seconds=settings.TERMS_LEASE_SECONDS)
    }
    due = Terms.objects.due().order_by("host").values_list("host", flat=True).distinct()
    # Not again what an earlier sweep has queued: a broker left alone for a night must not fill with the same work.
    # But in a while again, for the worker that it was given to may have been killed before it began.
    patience = 2 * settings.TERMS_LEASE_SECONDS
    hosts = [host for host in due if host not in taken and cache.add(f"terms:queued:{host}", 1, patience)]
    for start in range(0, len(hosts), _HOSTS_A_TASK):
        send_after_commit(tasks.check_hosts, hosts[start : start + _HOSTS_A_TASK])
    return len(hosts)


def check_hosts(hosts: Sequence[str], *, budget: float = _BUDGET_SECONDS) -> Summary:
    """Check the due terms of these hosts that no other worker is on, for at most `budget` seconds."""
    with ExitStack() as stack:
        mine = {
            host: stack.enter_context(lease(_HOST_LEASE + host, seconds=settings.TERMS_LEASE_SECONDS))
            for host in hosts
        }
        for host in hosts:
            cache.delete(f"terms:queued:{host}")
        holds = {host: hold for host, hold in mine.items() if hold}
        due = Terms.objects.due().filter(host__in=list(holds))
        return run_pass(
            due,
            budget=budget,
            keep_alive=lambda: _renew(holds.values()),
            may_record=lambda terms: holds[terms.host].is_still_ours(),
        )


def _renew_seconds() -> float:
    return float(settings.TERMS_LEASE_SECONDS / 4)


def _renew(holds: Iterable[Hold]) -> None:
    for hold in holds:
        hold.renew()


def run_pass(
    due: TermsQuerySet,
    *,
    budget: float = float("inf"),
    keep_alive: Callable[[], None] = lambda: None,
    may_record: Callable[[Terms], bool] = lambda _terms: True,
    on_result: Callable[[Result], object] = lambda _result: None,
) -> Summary:
    """Fetch these terms in as many lanes as there are hosts (up to sixteen), and record what comes, one by one.

    Only fetching is done in threads; everything that touches the database or git is done here.
    """
    summary = Summary()
    deadline = time.monotonic() + budget
    renewed = time.monotonic()
    for terms, outcomes in _fetched(_by_host(due), deadline, keep_alive):
        # A worker that was held up until another took its host over has an old page in its hands.
        if not may_record(terms):
            continue
        result = _record(terms, outcomes)
        summary.add(result)
        on_result(result)
        if time.monotonic() - renewed > _renew_seconds():
            keep_alive()
            renewed = time.monotonic()
    return summary


def _record(terms: Terms, outcomes: dict[int, Outcome]) -> Result:
    try:
        return recording.keep(
            terms=terms, outcomes=outcomes, fetched_at=timezone.now().replace(microsecond=0)
        )
    except Exception as error:
        # One document must not stop the pass; it stays due, and its error is seen in the logs and on its page.
        logger.exception("could not be recorded", extra={"terms": str(terms)})
        failure = Failed("internal", f"{type(error).__name__}: {error}", is_transient=True)
        return recording.keep_failure(terms, failure, timezone.now())


@dataclass(frozen=True)
class _Order:
    """The documents of one terms, ready for a thread that may not touch the database."""

    terms: Terms
    wanted: dict[int, Wanted]


def _by_host(due: TermsQuerySet) -> list[list[_Order]]:
    by_host: dict[str, list[_Order]] = defaultdict(list)
    for terms in due.select_related("service__collection").prefetch_related("documents__snapshot"):
        by_host[terms.host].append(_order(terms))
    return list(by_host.values())


def _order(terms: Terms) -> _Order:
    rows = list(terms.documents.all())
    try:
        declared = declarations.documents_of(terms)
    except DeclarationError:
        declared = ()
    # Asking "only if it changed" makes sense only when what it was is recorded, and was read by this declaration.
    is_known = bool(terms.extracted_from)
    wanted = {
        row.pk: Wanted(
            url=row.location,
            scripts=document.execute_client_scripts,
            selectors=tuple(document.css_selectors()),
            etag=row.etag if is_known and row.snapshot else "",
            last_modified=row.last_modified if is_known and row.snapshot else "",
        )
        for row, document in zip(rows, declared, strict=False)
    }
    return _Order(terms, wanted)


def _fetched(
    lanes: list[list[_Order]], deadline: float, keep_alive: Callable[[], None]
) -> Iterator[_Arrival]:
    """What the lanes bring, as it comes."""
    arrived: queue.Queue[_Arrival | None] = queue.Queue(maxsize=_WAITING_RESULTS)
    stopping = threading.Event()

    def hand_over(item: _Arrival | None) -> None:
        # Nobody takes any more once the pass has been broken off: a lane must not wait for ever.
        while not stopping.is_set():
            with suppress(queue.Full):
                arrived.put(item, timeout=0.5)
                return

    def lane(orders: list[_Order]) -> None:
        try:
            for order in orders:
                if stopping.is_set() or time.monotonic() > deadline:
                    return
                hand_over((order.terms, _fetch(fetcher, order)))
        finally:
            hand_over(None)

    with Fetcher() as fetcher, ThreadPoolExecutor(_LANES, thread_name_prefix="fetch") as threads:
        try:
            for orders in lanes:
                threads.submit(lane, orders)
            yield from _taken(arrived, len(lanes), keep_alive)
        finally:
            stopping.set()


def _taken(
    arrived: "queue.Queue[_Arrival | None]", lanes: int, keep_alive: Callable[[], None]
) -> Iterator[_Arrival]:
    """What arrives, until every lane has said (by None) that it is done."""
    while lanes:
        try:
            item = arrived.get(timeout=_renew_seconds())
        except queue.Empty:
            keep_alive()
            continue
        if item is None:
            lanes -= 1
        else:
            yield item


def _fetch(fetcher: Fetcher, order: _Order) -> dict[int, Outcome]:
    if not order.wanted:
        return {}
    outcomes: dict[int, Outcome] = {}
    for key, wanted in order.wanted.items():
        try:
            outcomes[key] = fetcher.fetch(wanted)
        except Exception as error:
            logger.exception("fetching broke", extra={"url": wanted.url})
            outcomes[key] = Failed("internal", f"{type(error).__name__}: {error}", is_transient=True)
    return outcomes
