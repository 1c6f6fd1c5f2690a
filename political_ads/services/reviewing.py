"""What reviewers decide: two who agree publish a finding; known answers test everybody else."""

from collections import Counter

from django.db import transaction

from disinfo.accounts import audit
from disinfo.accounts.models import User
from political_ads.labels import Label
from political_ads.models import Creative, Gold, Review, Task
from political_ads.queue import Bucket
from political_ads.services.scoring import recount, settle

CONCURRING = 2


@transaction.atomic
def review(*, creative: Creative, reviewer: User, label: Label, note: str) -> Task:
    """Keep one reviewer's decision, in place of an earlier one of theirs; with two that agree it becomes the finding.

    When they come to disagree the finding is taken back, and the crowd's count decides what is asked next.
    """
    task = Task.objects.select_for_update().get(pk=creative.pk)
    Review.objects.update_or_create(
        creative=creative, reviewer=reviewer, defaults={"label": label, "note": note}
    )
    audit.record("ads.reviewed", actor=reviewer, on=creative, label=label.value)
    agreed = agreed_label(creative)
    if agreed and agreed != task.finding:
        settle(task, agreed)
        audit.record("ads.finding_published", actor=reviewer, on=creative, label=agreed)
    elif not agreed and task.finding:
        audit.record("ads.finding_withdrawn", actor=reviewer, on=creative, label=task.finding)
        task.finding, task.found_at = "", None
        task.save(update_fields=["finding", "found_at"])
        recount(task)
    return task


def agreed_label(creative: Creative) -> str:
    """The decision that two reviewers share and fewer contradict; empty when there is none."""
    counts = Counter(creative.reviews.values_list("label", flat=True)).most_common(2)
    if not counts or counts[0][1] < CONCURRING:
        return ""
    is_alone = len(counts) == 1 or counts[1][1] < counts[0][1]
    return counts[0][0] if is_alone else ""


@transaction.atomic
def make_gold(*, creative: Creative, label: Label, note: str, actor: User | None) -> Gold:
    """Have a creative test how well people answer: its answer is known, and is told to nobody."""
    gold, _new = Gold.objects.update_or_create(
        creative=creative, defaults={"label": label, "note": note, "author": actor}
    )
    task, _made = Task.objects.select_for_update().get_or_create(
        creative=creative, defaults={"language": creative.language}
    )
    task.state, task.bucket, task.is_audit = Task.State.GOLD, Bucket.GOLD, False
    task.save(update_fields=["state", "bucket", "is_audit"])
    audit.record("ads.gold_added", actor=actor, on=creative, label=label.value)
    return gold


@transaction.atomic
def drop_gold(*, gold: Gold, actor: User | None) -> None:
    """Have a creative classified like any other again; what it told of people stays."""
    task = Task.objects.select_for_update().get(pk=gold.creative_id)
    audit.record("ads.gold_removed", actor=actor, on=gold.creative, label=gold.label)
    gold.delete()
    task.state = Task.State.OPEN
    recount(task)


@transaction.atomic
def set_hidden(*, creative: Creative, is_hidden: bool, actor: User, reason: str) -> None:
    """Take a creative out of the queue, or put it back: a report that breaks the law is shown to nobody."""
    task = Task.objects.select_for_update().get(pk=creative.pk)
    if is_hidden:
        task.state, task.bucket = Task.State.HIDDEN, None
        task.save(update_fields=["state", "bucket"])
    else:
        task.state = Task.State.OPEN
        recount(task)
    audit.record("ads.hidden" if is_hidden else "ads.shown_again", actor=actor, on=creative, reason=reason)
