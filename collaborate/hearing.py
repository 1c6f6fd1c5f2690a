"""What is said in rooms reaches incidents and integrations once it is committed; who speaks need not know of them."""

import re
import time
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from collaborate.models import Hook, HookCall, Incident, Message
from disinfo.celery import send_after_commit

_MARKED = re.compile(r"#T\d{4}|https?://", re.IGNORECASE)
_FRESH_SECONDS = 5.0


class _Words:
    """The words that programs wait for, by room: asked for every few seconds only.

    Asking at each message cost more than writing it did. Another process hears of a new integration that much later.
    """

    def __init__(self) -> None:
        self.known: set[tuple[int, str]] = set()
        self.until = 0.0

    def has(self, room: int, word: str) -> bool:
        """Whether a program may wait for this word in this room."""
        if time.monotonic() > self.until:
            rows = Hook.objects.exclude(word="").order_by("pk").values_list("room", "word")
            self.known, self.until = set(rows), time.monotonic() + _FRESH_SECONDS
        return (room, word) in self.known


_words = _Words()


@receiver([post_save, post_delete], sender=Hook)
def _hooks_changed(**_: Any) -> None:
    _words.until = 0.0


@receiver(post_save, sender=Message)
def _message_saved(instance: Message, created: bool, **_: Any) -> None:
    from collaborate import tasks  # it imports the services, which import the models

    if not created or instance.by_bot:
        return
    if _MARKED.search(instance.text) and Incident.objects.filter(room=instance.room_id).exists():
        send_after_commit(tasks.hear_message, instance.pk)
    for hook in _concerned(instance):
        # A word of the room's own programs is theirs to answer.
        Message.objects.filter(pk=instance.pk).update(command=Message.Command.NONE)
        row = HookCall.objects.create(hook=hook, message=instance)
        send_after_commit(tasks.call, row.pk)


def is_awaited(message: Message) -> bool:
    """Whether a program may wait for the word a message begins with; a strictly marked text goes to none."""
    word = _first(message).removeprefix("/")[:32]
    return _words.has(message.room_id, word) and not message.is_watched_in(message.room)


def _first(message: Message) -> str:
    return message.text[:40].split(maxsplit=1)[0].lower() if message.text.strip() else ""


def _concerned(message: Message) -> list[Hook]:
    """The hooks whose word the message begins with."""
    if not is_awaited(message):
        return []
    first = _first(message)
    word = first.removeprefix("/")[:32]
    kind = Hook.Kind.COMMAND if first.startswith("/") else Hook.Kind.OUTGOING
    return list(Hook.objects.filter(room=message.room_id, kind=kind, word=word).order_by("pk"))
