"""Answers of citizens: given, taken back, passed over."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from disinfo.celery import send_after_commit
from political_ads.assignments import Assignment
from political_ads.consensus.rules import weight
from political_ads.labels import CLASSES, Label
from political_ads.models import Check, Gold, Skip, Task, Vote, Voter
from political_ads.services.scoring import recount, votes_on

PER_MINUTE, PER_HOUR, NETWORK_PER_HOUR, SESSIONS_PER_DAY = 40, 600, 300, 30
_TOO_FAST_MS = 900
_FAST_AT_LEAST, _FAST_SHARE = 3, 0.2


class RefusedError(Exception):
    """An answer that is not taken: `reason` says why to its author, `wait` when to come back, in seconds."""

    def __init__(self, reason: str | Promise, *, wait: int = 0) -> None:
        super().__init__(str(reason))
        self.reason, self.wait = reason, wait


@transaction.atomic
def vote(
    *, assignment: Assignment, label: Label, network: str = "", checks: Mapping[str, str] | None = None
) -> Vote:
    """Keep an answer, and what it changes; the same assignment again gives the vote there is already.

    Raises RefusedError for a session that was revoked or answers more than anybody could read, or an ad that is gone.
    """
    # Always the task first, then the session: two who lock in another order would wait for each other.
    task = Task.objects.select_for_update().filter(pk=assignment.creative).first()
    if task is None or task.state == Task.State.HIDDEN:
        raise RefusedError(_("This ad is no longer to be classified."))
    voter = _voter(assignment.voter, network)
    votes = votes_on(task) if task.state != Task.State.GOLD else []
    known = _known(votes, voter, task)
    if known and known.status != Vote.Status.UNDONE:
        return known
    _refuse_floods(voter, network)
    given = known or Vote(voter=voter, creative_id=task.pk)
    _fill(given, task, label, network, assignment.milliseconds_since())
    given.weight = 0.0 if given.is_gold else weight_of(voter, given, votes)
    given.save()
    for key, answer in (checks or {}).items():
        Check.objects.update_or_create(vote=given, key=key, defaults={"answer": answer})
    _count(voter, given, is_first=known is None)
    _keep(task, votes if known else [*votes, given])
    return given


def _known(votes: list[Vote], voter: Voter, task: Task) -> Vote | None:
    """The session's own vote. Very many answer a known one: theirs are not read for that."""
    if task.state == Task.State.GOLD:
        return Vote.objects.filter(voter=voter, creative_id=task.pk).first()
    return next((vote for vote in votes if vote.voter_id == voter.pk), None)


def _voter(key: UUID, network: str) -> Voter:
    """The session's row, made at its first answer and not before."""
    voter = Voter.objects.select_for_update().filter(pk=key).first()
    if voter is None:
        if network and Voter.objects.begun_today_from(network)[:SESSIONS_PER_DAY].count() >= SESSIONS_PER_DAY:
            raise RefusedError(_("Too many people began from this network today."), wait=24 * 3600)
        Voter.objects.get_or_create(pk=key, defaults={"network": network})
        voter = Voter.objects.select_for_update().get(pk=key)
    if voter.status == Voter.Status.REVOKED:
        raise RefusedError(_("The answers of this session were revoked. Write to us if this is a mistake."))
    return voter


def _refuse_floods(voter: Voter, network: str) -> None:
    """Counted in the database: the limits hold whatever becomes of the cache."""
    now = timezone.now()
    minute, hour = now - timedelta(minutes=1), now - timedelta(hours=1)
    own = Vote.objects.filter(voter=voter)
    if voter.votes_count >= PER_MINUTE and own.since(minute)[:PER_MINUTE].count() >= PER_MINUTE:
        raise RefusedError(_("That was fast. Take a minute, then go on."), wait=60)
    if voter.votes_count >= PER_HOUR and own.since(hour)[:PER_HOUR].count() >= PER_HOUR:
        raise RefusedError(_("You have answered a lot this hour, thank you. Come back later."), wait=3600)
    of_network = Vote.objects.filter(network=network).since(hour) if network else Vote.objects.none()
    if of_network[:NETWORK_PER_HOUR].count() >= NETWORK_PER_HOUR:
        raise RefusedError(_("Too many answers came from this network this hour."), wait=3600)


def _fill(given: Vote, task: Task, label: Label, network: str, milliseconds: int) -> None:
    given.label, given.status, given.network = label, Vote.Status.ACTIVE, network
    given.milliseconds, given.created_at = min(milliseconds, 2**31 - 1), timezone.now()
    given.is_gold = given.is_gold or task.state == Task.State.GOLD


def weight_of(voter: Voter, given: Vote, votes: Iterable[Vote]) -> float:
    """What this answer weighs now, among the votes on its creative: of one network, one answer counts."""
    if not voter.counts:
        return 0.0
    others = (vote for vote in votes if vote.pk != given.pk and vote.status == Vote.Status.ACTIVE)
    if given.network and any(vote.network == given.network and vote.weight > 0 for vote in others):
        return 0.0
    return weight(voter.standing, len(CLASSES))


def _count(voter: Voter, given: Vote, *, is_first: bool) -> None:
    """Note how the session does. A known answer taken back and given again is not counted twice."""
    weighed = weight(voter.standing, len(CLASSES)) > 0
    voter.votes_count += is_first
    if given.is_gold and is_first and given.label != Label.CANT_SAY:
        voter.gold_seen += 1
        voter.gold_right += Gold.objects.filter(creative_id=given.creative_id, label=given.label).exists()
    voter.fast_count += given.milliseconds < _TOO_FAST_MS
    is_speeder = voter.fast_count >= max(_FAST_AT_LEAST, _FAST_SHARE * voter.votes_count)
    if is_speeder and voter.status == Voter.Status.ACTIVE:
        voter.status, voter.reason = Voter.Status.PROBATION, "answers faster than an ad is read"
    if (weight(voter.standing, len(CLASSES)) > 0 and voter.counts) != weighed:
        ask_to_weigh(voter)
    voter.save(
        update_fields=[
            *("votes_count", "gold_seen", "gold_right", "fast_count"),
            *("status", "reason", "weigh_since"),
        ]
    )


def ask_to_weigh(voter: Voter) -> None:
    """Have a worker weigh all answers of this session again; the caller saves the row."""
    from political_ads.tasks import weigh

    voter.weigh_since = timezone.now()
    send_after_commit(weigh, str(voter.pk))


def _keep(task: Task, votes: Iterable[Vote] | None = None) -> None:
    """Known answers change nothing but the number of answers; the lease ends with the answer."""
    task.leased_by = task.leased_until = None
    if task.state == Task.State.GOLD:
        task.votes_count = Vote.objects.active().filter(creative_id=task.pk).count()
        task.save(update_fields=["votes_count", "leased_by", "leased_until"])
    else:
        recount(task, votes)


@transaction.atomic
def undo(*, voter: UUID, vote_id: int) -> Vote:
    """Take an answer back, within five minutes of giving it; its author may then answer anew.

    Raises RefusedError when it is too late or not theirs.
    """
    creative = Vote.objects.filter(pk=vote_id, voter_id=voter).values_list("creative_id", flat=True).first()
    task = Task.objects.select_for_update().filter(pk=creative).first()
    given = Vote.objects.filter(pk=vote_id, voter_id=voter).first()
    if task is None or given is None or not given.may_be_undone:
        raise RefusedError(_("This answer can no longer be taken back."))
    given.status, given.weight = Vote.Status.UNDONE, 0.0
    given.save(update_fields=["status", "weight"])
    _keep(task)
    return given


@transaction.atomic
def skip(*, assignment: Assignment, reason: str, network: str = "") -> None:
    """Note that somebody passed an ad over, so that it does not come back to them. Raises RefusedError."""
    Task.objects.filter(pk=assignment.creative, leased_by=assignment.voter).update(
        leased_by=None, leased_until=None
    )
    voter = _voter(assignment.voter, network)
    Skip.objects.get_or_create(voter=voter, creative_id=assignment.creative, defaults={"reason": reason})
