"""Talking about a page: members at once, visitors once a moderator has read it."""

from django.db import transaction
from django.utils import timezone

from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit
from encyclopedia.models import Page, Remark, Thread


@transaction.atomic
def begin(*, page: Page, title: str, text: str, author: User | None, is_shown: bool) -> Remark:
    """Open a thread with its first remark; one that is not shown at once waits for a moderator."""
    thread = Thread.objects.create(page=page, title=" ".join(title.split())[:200])
    return _say(thread, text, author, is_shown=is_shown)


@transaction.atomic
def reply(*, thread: Thread, text: str, author: User | None, is_shown: bool) -> Remark:
    """Answer in a thread."""
    return _say(thread, text, author, is_shown=is_shown)


def _say(thread: Thread, text: str, author: User | None, *, is_shown: bool) -> Remark:
    status = Remark.Status.SHOWN if is_shown else Remark.Status.WAITING
    remark = Remark.objects.create(thread=thread, text=text.strip()[:10_000], author=author, status=status)
    if is_shown:
        _became_seen(remark)
    return remark


def _became_seen(remark: Remark) -> None:
    from encyclopedia import tasks  # it imports the services

    Thread.objects.filter(pk=remark.thread_id).update(last_at=timezone.now())
    send_after_commit(tasks.tell_of_remark, remark.pk)


@transaction.atomic
def show(*, remark: Remark, moderator: User) -> None:
    """Let a remark through, or show again what was hidden."""
    is_first = remark.status == Remark.Status.WAITING
    if (
        Remark.objects.filter(pk=remark.pk)
        .exclude(status=Remark.Status.SHOWN)
        .update(status=Remark.Status.SHOWN, hidden_reason="")
    ):
        audit.record("encyclopedia.show_remark", actor=moderator, on=remark)
        if is_first:
            _became_seen(remark)


@transaction.atomic
def hide(*, remark: Remark, moderator: User, reason: str) -> None:
    """Take a remark away from readers, who are told that there was one, and why it is gone."""
    if (
        Remark.objects.filter(pk=remark.pk)
        .exclude(status=Remark.Status.HIDDEN)
        .update(status=Remark.Status.HIDDEN, hidden_reason=reason.strip()[:300])
    ):
        audit.record("encyclopedia.hide_remark", actor=moderator, on=remark, reason=reason)


@transaction.atomic
def set_resolved(*, thread: Thread, member: User, is_resolved: bool) -> None:
    """Close a thread, or open it again."""
    if Thread.objects.filter(pk=thread.pk, is_resolved=not is_resolved).update(is_resolved=is_resolved):
        verb = "encyclopedia.resolve" if is_resolved else "encyclopedia.reopen"
        audit.record(verb, actor=member, on=thread)
