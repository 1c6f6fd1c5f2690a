"""What is said in rooms reaches incidents and integrations once it is committed; who speaks need not know of them."""

import re
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from collaborate.models import Hook, HookCall, Incident, Message
from disinfo.celery import send_after_commit

_MARKED = re.compile(r"#T\d{4}|https?://", re.IGNORECASE)


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


def _concerned(message: Message) -> list[Hook]:
    """The hooks whose word the message begins with; a strictly marked text goes to no program outside."""
    if message.is_watched_in(message.room):
        return []
    first = message.text.split(maxsplit=1)[0].lower() if message.text.strip() else ""
    kind = Hook.Kind.COMMAND if first.startswith("/") else Hook.Kind.OUTGOING
    rows = Hook.objects.filter(room=message.room_id, kind=kind, word=first.removeprefix("/")[:32])
    return list(rows.order_by("pk")) if first else []
