"""What becomes of a session's answers when its standing changes: each is weighed again, and its creative recounted."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from disinfo.accounts import audit
from disinfo.accounts.models import User
from political_ads import networks
from political_ads.models import CitizenReport, Task, Vote, Voter
from political_ads.services.scoring import recount, votes_on
from political_ads.services.voting import ask_to_weigh, weight_of

KEEP_NETWORKS_DAYS = 30
_AT_ONCE = 50


def weigh_waiting() -> None:
    """Do what was asked and may have been lost with a worker or the broker."""
    for key in list(Voter.objects.waiting().values_list("pk", flat=True)[:_AT_ONCE]):
        weigh_again(voter_id=key)


def weigh_again(*, voter_id: UUID) -> None:
    """Weigh every answer of a session by its standing as it is now. Killed half-way, it is simply done again."""
    voter = Voter.objects.filter(pk=voter_id).first()
    if voter is None or voter.weigh_since is None:
        return
    for creative in (
        voter.votes.exclude(status=Vote.Status.UNDONE).order_by("creative").values_list("creative", flat=True)
    ):
        _weigh_one(voter_id, creative)
    # Asked again meanwhile: left standing, for the next round.
    Voter.objects.filter(pk=voter_id, weigh_since=voter.weigh_since).update(weigh_since=None)


@transaction.atomic
def _weigh_one(voter_id: UUID, creative: int) -> None:
    task = Task.objects.select_for_update().get(pk=creative)
    voter, votes = Voter.objects.get(pk=voter_id), votes_on(task)
    given = next((vote for vote in votes if vote.voter_id == voter_id), None)
    if given is None or given.status == Vote.Status.UNDONE:
        return
    is_revoked = voter.status == Voter.Status.REVOKED
    given.status = Vote.Status.REVOKED if is_revoked else Vote.Status.ACTIVE
    given.weight = 0.0 if is_revoked or given.is_gold else weight_of(voter, given, votes)
    given.save(update_fields=["status", "weight"])
    recount(task, votes)


@transaction.atomic
def set_status(*, voters: Iterable[UUID], status: Voter.Status, reason: str, actor: User | None) -> int:
    """Put sessions on probation, revoke them, or take them back; gives how many changed.

    Their answers follow: each creative comes to what it would be without them, to the last digit.
    """
    found = list(Voter.objects.select_for_update().filter(pk__in=list(voters)).exclude(status=status))
    for voter in found:
        voter.status, voter.reason = status, reason[:200]
        ask_to_weigh(voter)
        voter.save(update_fields=["status", "reason", "weigh_since"])
    if found and actor:
        keys = [str(voter.pk) for voter in found]
        audit.record(
            f"ads.sessions_{status}", actor=actor, count=len(found), sessions=keys[:100], reason=reason
        )
    return len(found)


def forget_networks() -> None:
    """Empty the hashes of networks after thirty days, and delete the salts they were made with long before."""
    before = timezone.now() - timedelta(days=KEEP_NETWORKS_DAYS)
    for rows in (Vote.objects, Voter.objects, CitizenReport.objects):
        rows.filter(created_at__lt=before).exclude(network="").update(network="")
    networks.forget_salts()
