"""What people decide about a harvest: to have it estimated, to start it or have it go on, to stop it."""

import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from botdetect.models import Collection, Harvest, Target
from botdetect.services import spending
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from disinfo.portal.models import Job

MOST_ACCOUNTS = 1000
_HANDLE, _IDENTIFIER = re.compile(r"^@\w{1,15}$"), re.compile(r"^\d{1,20}$")
_PROFILE = re.compile(r"^https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/(?:@?)(\w{1,15})(?:[/?#].*)?$")
_QUEUED_SECONDS = 60


class HarvestError(ValueError):
    """It cannot be asked for, or not now; the message says why."""


def accounts_in(text: str) -> list[str]:
    """The accounts that someone typed, one a line or between commas: @handle, identifier, or address of a profile.

    A name of digits only is taken for an identifier unless it begins with @. Raises HarvestError naming what is none.
    """
    found = {}
    for word in re.split(r"[\s,;]+", text.strip()):
        name = f"@{match[1]}" if (match := _PROFILE.match(word)) else word
        name = name if _IDENTIFIER.match(name) or name.startswith("@") else f"@{name}"
        if not (_HANDLE.match(name) or _IDENTIFIER.match(name)):
            raise HarvestError(_("%s is no account of X: give @name or an identifier.") % word[:80])
        found[name.lower()] = name
    if len(found) > MOST_ACCOUNTS:
        raise HarvestError(_("Give at most %d accounts.") % MOST_ACCOUNTS)
    return list(found.values())


@transaction.atomic
def ask(
    *,
    collection: Collection,
    kind: str,
    asked: dict[str, Any],
    most_money: Decimal,
    actor: User | None,
    is_queued: bool = True,
) -> Harvest:
    """Have a worker estimate a harvest, or leave that to the caller (is_queued=False). Raises HarvestError.

    asked: `query` of a search, else `accounts`; `with_authors`, `is_archive`, `start`, `end` (ISO 8601), and of a
    crawl `rule` (of dormancy.DormantRule) and `most_depth`.
    """
    if not settings.BOTS_X_TOKEN:
        raise HarvestError(_("This portal has no token for X: its operator sets BOTS_X_TOKEN."))
    if collection.aggregated_at:
        raise HarvestError(_("The personal data of this collection have been removed."))
    if most_money > settings.BOTS_X_MONTH_BUDGET:
        raise HarvestError(
            _("The portal’s budget for X is $%s a month: ask for no more.") % settings.BOTS_X_MONTH_BUDGET
        )
    label = _("Collect from X into %s") % collection
    job = Job.objects.create(kind="bots.harvest", label=label[:200], owner=actor)
    harvest = Harvest.objects.create(
        collection=collection,
        kind=kind,
        asked=asked | {"since_id": _since(collection, asked)},
        most_micros=spending.micros(most_money),
        job=job,
        created_by=actor,
    )
    if not collection.platform:
        # Identifiers are numbers: that they are X's must be known when the accounts are looked at again.
        collection.platform = "X"
        collection.save(update_fields=["platform"])
    job.result = {"url": harvest.get_absolute_url()}
    job.save(update_fields=["result"])
    _record("asked", harvest, actor)
    if is_queued:
        _send(harvest)
    return harvest


def _since(collection: Collection, asked: dict[str, Any]) -> str:
    """The newest post that the same search brought into this collection; none when a start is asked for."""
    if not asked.get("query") or asked.get("start"):
        return ""
    earlier = Target.objects.filter(
        harvest__collection=collection,
        harvest__kind=Harvest.Kind.SEARCH,
        harvest__asked__query=asked["query"],
        is_done=True,
    )
    return max(earlier.values_list("newest", flat=True), key=lambda text: int(text or 0), default="")


@transaction.atomic
def start(*, harvest: Harvest, most_money: Decimal, actor: User | None, is_queued: bool = True) -> None:
    """Start an estimated harvest, or have one that rests go on with this budget. Raises HarvestError."""
    harvest = Harvest.objects.select_for_update().get(pk=harvest.pk)
    if not harvest.is_resting or harvest.collection.aggregated_at:
        raise HarvestError(_("It is under way, or over."))
    if most_money > settings.BOTS_X_MONTH_BUDGET + harvest.money:
        raise HarvestError(
            _("The portal’s budget for X is $%s a month: ask for no more.") % settings.BOTS_X_MONTH_BUDGET
        )
    is_estimated = harvest.estimated_reads is not None
    harvest.state = Harvest.State.RUNNING if is_estimated else Harvest.State.ESTIMATING
    harvest.most_micros = spending.micros(most_money)
    harvest.is_stop_asked, harvest.problem, harvest.failures = False, "", 0
    harvest.resume_at = harvest.finished_at = None
    harvest.save()
    Job.objects.filter(pk__in=[harvest.job_id]).update(state=Job.State.WAITING, error="")
    _record("started", harvest, actor)
    if is_queued:
        _send(harvest)


@transaction.atomic
def stop(*, harvest: Harvest, actor: User | None) -> None:
    """Stop before the next call; what came is kept, and it may go on later."""
    Harvest.objects.filter(pk=harvest.pk).update(is_stop_asked=True, resume_at=None)
    _record("stopped", harvest, actor)
    _send(harvest)


def _record(verb: str, harvest: Harvest, actor: User | None) -> None:
    audit.record(
        f"bots.harvest_{verb}",
        actor=actor,
        on=harvest,
        organisation=harvest.collection.organisation,
        kind=harvest.kind,
        most_money=str(harvest.most_money),
    )


def _send(harvest: Harvest) -> None:
    from botdetect import tasks

    send_after_commit(tasks.perform_harvest, harvest.pk)


def sweep() -> int:
    """Hand harvests that may go on to the workers; one that a worker is on is left alone by its lease."""
    keys = list(Harvest.objects.due().values_list("pk", flat=True)[:20])
    due = [key for key in keys if cache.add(f"bots:harvest-queued:{key}", 1, _QUEUED_SECONDS)]
    for harvest in Harvest.objects.filter(pk__in=due).order_by("pk"):
        _send(harvest)
    return len(due)
