"""What the answers to a creative come to, worked out from all of them: taking one back leaves no trace."""

import math
import random
from collections.abc import Iterable

from django.utils import timezone

from political_ads.consensus.rules import State, Tally, Verdict, verdict
from political_ads.labels import CLASSES, LEGAL_WEIGHT, Label
from political_ads.models import Task, Vote
from political_ads.queue import Bucket

_LEGAL_PLACES = frozenset(place for place, label in enumerate(CLASSES) if label in LEGAL_WEIGHT)
_BUCKET_OF_STATE = {State.OPEN: Bucket.FINISH, State.CONTESTED: Bucket.CONTESTED}
_random = random.SystemRandom()


def votes_on(task: Task) -> list[Vote]:
    """Every vote on it, whatever became of it, the first one first."""
    return list(Vote.objects.filter(creative_id=task.pk).order_by("pk"))


def recount(task: Task, given: Iterable[Vote] | None = None) -> None:
    """Set scores, counts and state of a task, whose row the caller has locked, from its active votes.

    `given` are all votes on it, when the caller has read them already.
    """
    known = votes_on(task) if given is None else given
    votes = [vote for vote in known if vote.status == Vote.Status.ACTIVE]
    weights = {label: [vote.weight for vote in votes if vote.label == label] for label in Label}
    task.votes_count = len(votes)
    # Exactly rounded sums: the order in which answers came, or came back, changes nothing.
    task.scores = [math.fsum(weights[label]) for label in CLASSES]
    task.trusted_count = sum(weight > 0 for label in CLASSES for weight in weights[label])
    task.cant_say_count = sum(weight > 0 for weight in weights[Label.CANT_SAY])
    found = verdict(Tally(task.scores, task.trusted_count, task.cant_say_count), legal_weight=_LEGAL_PLACES)
    task.top = "" if found.top is None else CLASSES[found.top].value
    task.confidence = found.confidence
    if task.state not in {Task.State.GOLD, Task.State.HIDDEN} and not task.finding:
        _place(task, found)
    task.position = _random.random()
    task.save(
        update_fields=[
            *("votes_count", "scores", "trusted_count", "cant_say_count", "top", "confidence"),
            *("state", "bucket", "position", "leased_by", "leased_until"),
        ]
    )


def _place(task: Task, found: Verdict) -> None:
    """Its state, and where it waits: the uniform sample in a bucket of its own until it is decided."""
    task.state = Task.State(found.state)
    bucket = _BUCKET_OF_STATE.get(found.state)
    if bucket is Bucket.FINISH and task.is_audit:
        bucket = Bucket.AUDIT
    task.bucket = bucket


def settle(task: Task, label: str) -> None:
    """Keep what two reviewers agreed on; the crowd's own count stays beside it."""
    task.finding, task.found_at = label, timezone.now()
    task.state, task.bucket = Task.State.RETIRED, None
    task.save(update_fields=["finding", "found_at", "state", "bucket"])
