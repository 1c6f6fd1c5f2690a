"""Which ad somebody is shown next, and how new creatives join the queue."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone

from political_ads.models import Creative, Task, Voter
from political_ads.queue import AUDIT_SHARE, Bucket, fresh_bucket, order

LEASE_SECONDS = 120
_CHUNK = 5_000
# Two people who pick the same row at the same instant: one of them picks again.
_TRIES = 4
_random = random.SystemRandom()


def enqueue_new() -> int:
    """Make a task for each creative that has none; gives how many. Safe to run twice and at the same time."""
    made = 0
    for rows in _new_creatives():
        tasks = [_new_task(*row) for row in rows]
        made += len(Task.objects.bulk_create(tasks, ignore_conflicts=True, batch_size=_CHUNK))
    return made


def _new_creatives() -> Iterator[list[tuple[int, str, int | None]]]:
    """Chunks of (key, language, widest reach of its ads)."""
    reach = Max(Coalesce("ads__impressions_high", "ads__impressions_low"))
    last = 0
    while True:
        waiting = Creative.objects.filter(task=None, pk__gt=last).order_by("pk")[:_CHUNK]
        keys = list(waiting.values_list("pk", flat=True))
        if not keys:
            return
        last = keys[-1]
        found = Creative.objects.filter(pk__in=keys).annotate(reach=reach).order_by("pk")
        yield list(found.values_list("pk", "language", "reach"))


def _new_task(creative: int, language: str, reach: int | None) -> Task:
    is_audit = _random.random() < AUDIT_SHARE
    return Task(
        creative_id=creative,
        language=language,
        is_audit=is_audit,
        bucket=Bucket.AUDIT if is_audit else fresh_bucket(None, reach),
        position=_random.random(),
    )


def next_task(*, voter: UUID, languages: Sequence[str], chance: random.Random = _random) -> Task | None:
    """The ad to show this session now, leased to it for two minutes; None when there is nothing left for it."""
    return next(iter(next_tasks(voter=voter, languages=languages, count=1, chance=chance)), None)


def next_tasks(
    *, voter: UUID, languages: Sequence[str], count: int, chance: random.Random = _random
) -> list[Task]:
    """So many ads to show this session: those it was given already and has not answered, then new ones.

    Whoever failed the known answers takes no lease: their answers weigh nothing, so that somebody else's are still
    needed.
    """
    found = list(Task.objects.leased_to(voter, timezone.now()).filter(language__in=languages)[:count])
    person = None if len(found) == count else Voter.objects.filter(pk=voter).first() or Voter(pk=voter)
    while person and len(found) < count:
        task = _draw(person, languages, chance)
        if task is None or task in found:
            break
        found.append(task)
    return found


def _draw(person: Voter, languages: Sequence[str], chance: random.Random) -> Task | None:
    for bucket in order(chance, answers=person.votes_count):
        if bucket is Bucket.CONTESTED and not person.gold_seen:
            continue
        has_lease = person.counts and bucket is not Bucket.GOLD
        if task := _take(bucket, languages, person.pk, chance, has_lease=has_lease):
            return task
    return None


def _take(
    bucket: Bucket, languages: Sequence[str], voter: UUID, chance: random.Random, *, has_lease: bool
) -> Task | None:
    """A task of this bucket at a random place that the session has not seen, leased by compare-and-set.

    No row is locked while it is looked for, on either database: of two who choose the same one, the second finds it
    leased and looks again.
    """
    now = timezone.now()
    for _ in range(_TRIES):
        key = Task.objects.pick(bucket, languages, voter, now, start=chance.random())
        if key is None:
            return None
        mine = Task.objects.filter(pk=key, bucket=bucket).unleased(now)
        until = now + timedelta(seconds=LEASE_SECONDS)
        if not has_lease or mine.update(leased_until=until, leased_by=voter):
            return Task.objects.filter(pk=key).first()
    return None


def release(*, voter: UUID) -> None:
    """Let others have what this session was looking at."""
    Task.objects.filter(leased_by=voter).update(leased_by=None, leased_until=None)


def languages_waiting() -> list[str]:
    """The languages in which something waits to be classified, by a jump through the index from each to the next."""
    found: list[str] = []
    waiting = Task.objects.filter(bucket__isnull=False).order_by("language")
    last: str | None = None
    while True:
        following = waiting if last is None else waiting.filter(language__gt=last)
        last = following.values_list("language", flat=True).first()
        if last is None:
            return found
        found.append(last)


def reprioritise(priors: dict[int, float]) -> int:
    """Put what nobody has answered where these chances of being political say; gives how many were moved.

    The uniform sample stays where it is: it would not be uniform otherwise.
    """
    reach = Max(Coalesce("creative__ads__impressions_high", "creative__ads__impressions_low"))
    found = Task.objects.filter(pk__in=priors)
    reaches = dict(found.order_by("pk").annotate(reach=reach).values_list("pk", "reach"))
    tasks = list(found.order_by("pk"))
    for task in tasks:
        task.prior_political = priors[task.pk]
        is_fresh = task.bucket is not None and Bucket.FRESH_LOW <= task.bucket <= Bucket.FRESH_TOP
        if is_fresh:
            task.bucket = fresh_bucket(task.prior_political, reaches[task.pk])
    return Task.objects.bulk_update(tasks, ["prior_political", "bucket"], batch_size=500)
