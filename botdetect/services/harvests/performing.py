"""Going on with a harvest, one paid call after the other: counted before it goes out, kept before it is forgotten.

Killed at any moment, a harvest goes on at the page it was at: what came is on disk before the cursor moves, shares are
kept once, and a call that was counted stays counted.
"""

import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from botdetect.collectors.budget import BudgetSpentError
from botdetect.collectors.websocket import RefusedError
from botdetect.collectors.x import BusyError, WrongRequestError, X
from botdetect.models import Harvest
from botdetect.services import collections
from botdetect.services.harvests.estimating import estimate
from botdetect.services.harvests.paging import read_page, take_over
from disinfo import fetcher
from disinfo.leases import Hold, lease
from disinfo.portal.models import Job

_LEASE_SECONDS = 120.0
_LONGEST_SECONDS = 600.0
_MOST_FAILURES = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 15.0, 3600.0

Ended = tuple[str, str]
"""The state that a harvest comes to, and the problem that brought it there."""


def connection() -> X:
    """X, as the settings say."""
    return X(settings.BOTS_X_TOKEN, address=settings.BOTS_X_API, get=fetcher.client().get)


def perform(*, harvest: Harvest, seconds: float = _LONGEST_SECONDS) -> None:
    """Estimate a harvest or go on with it, for so long at most; one that another worker is on is left alone."""
    with lease(f"bots-harvest:{harvest.pk}", seconds=_LEASE_SECONDS) as held:
        harvest.refresh_from_db()
        is_early = harvest.resume_at is not None and harvest.resume_at > timezone.now()
        if not held or not harvest.is_moving or is_early:
            return
        try:
            ended = _went(harvest, held, time.monotonic() + seconds)
        except Exception as error:
            # To try again by itself what nobody foresaw would pay for the same page until the budget ends.
            _end(harvest, Harvest.State.FAILED, f"{type(error).__name__}: {error}")
            raise
        try:
            take_over(harvest=harvest)
        except collections.ImportFailedError:
            # Another import is at the file: what is in the parts waits there, and so does the end.
            _wait(harvest, _FIRST_PAUSE)
            return
        if ended:
            _end(harvest, *ended)


def _went(harvest: Harvest, held: Hold, until: float) -> Ended | None:
    """Work until something ends it; None when there is more to do, now or later."""
    try:
        x = connection()
        if harvest.state == Harvest.State.ESTIMATING:
            if ended := _asked_to_stop(harvest):
                return ended
            estimate(harvest, x)
            return Harvest.State.READY, ""
        while time.monotonic() < until and held.renew():
            if ended := _asked_to_stop(harvest):
                return ended
            target = harvest.targets.left().first()
            if target is None:
                return Harvest.State.DONE, ""
            read_page(harvest, target, x)
            _show(harvest, Job.State.RUNNING)
    except BudgetSpentError as error:
        return Harvest.State.SPENT, str(error)
    except (RefusedError, WrongRequestError) as error:
        return Harvest.State.FAILED, str(error)
    except BusyError as error:
        return _put_off(harvest, error)
    return None


def _asked_to_stop(harvest: Harvest) -> Ended | None:
    harvest.refresh_from_db(fields=["is_stop_asked", "calls", "most_micros", "spent_micros"])
    harvest.collection.refresh_from_db(fields=["aggregated_at"])
    if harvest.collection.aggregated_at:
        return Harvest.State.STOPPED, _("The personal data of this collection have been removed.")
    return (Harvest.State.STOPPED, "") if harvest.is_stop_asked else None


def _put_off(harvest: Harvest, error: BusyError) -> Ended | None:
    """Go on when X says so; when it does not say, after a pause that grows, and not for ever."""
    if error.wait is None:
        harvest.failures += 1
        if harvest.failures >= _MOST_FAILURES:
            return Harvest.State.FAILED, str(error)
    pause = _FIRST_PAUSE * 2**harvest.failures if error.wait is None else error.wait + 1
    _wait(harvest, min(_LONGEST_PAUSE, pause), str(error))
    return None


def _wait(harvest: Harvest, seconds: float, problem: str = "") -> None:
    harvest.resume_at, harvest.problem = timezone.now() + timedelta(seconds=seconds), problem
    harvest.save(update_fields=["resume_at", "problem", "failures"])
    _show(harvest, Job.State.RUNNING)


def _end(harvest: Harvest, state: str, problem: str) -> None:
    harvest.state, harvest.problem, harvest.resume_at = state, problem, None
    harvest.finished_at = timezone.now()
    harvest.save(update_fields=["state", "problem", "resume_at", "finished_at"])
    _show(harvest, Job.State.FAILED if state == Harvest.State.FAILED else Job.State.DONE)


def _show(harvest: Harvest, state: str) -> None:
    """On the bar that people watch: calls, reads and money so far."""
    harvest.refresh_from_db(fields=["calls", "reads", "spent_micros"])
    stage = _("%(calls)d calls, %(reads)d reads, $%(money).2f of $%(most).2f") % {
        "calls": harvest.calls,
        "reads": harvest.reads,
        "money": harvest.money,
        "most": harvest.most_money,
    }
    error = harvest.problem if state == Job.State.FAILED else ""
    Job.objects.filter(pk__in=[harvest.job_id]).update(
        state=state, stage=stage, error=error, updated_at=timezone.now()
    )
