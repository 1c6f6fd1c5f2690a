"""Answering commands: by a worker, as a message of the portal's bot, once however often the task is run."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from collaborate import commands
from collaborate.models import Bot, Message
from collaborate.services import posting
from disinfo.celery import send_after_commit
from disinfo.portal.tools import Answer, Ask

logger = logging.getLogger(__name__)
_LATE = timedelta(seconds=30)


def answer(*, message: Message) -> None:
    """Answer a command, as a reply to it, with what its author may know, in their language."""
    if message.command != Message.Command.WAITING or message.author is None:
        return
    with translation.override(message.author.language or settings.LANGUAGE_CODE):
        text = commands.in_words(
            _answered(
                message, Ask(commands.split(message.text)[1], message.author, message.get_absolute_url())
            )
        )
    with transaction.atomic():
        posting.post(
            room=message.room,
            author=Bot.objects.portal().user,
            text=text[: Message.LONGEST],
            root=message,
            tlp=message.tlp,
            nonce=f"answer:{message.pk}",
        )
        Message.objects.filter(pk=message.pk).update(command=Message.Command.ANSWERED)


def _answered(message: Message, ask: Ask) -> Answer:
    try:
        return commands.answer(message.text, ask)
    except Exception:  # whatever a tool stumbles on, who asked is told
        logger.exception("a command failed", extra={"message_id": message.pk})
        return Answer(
            _(
                "I could not answer that: something went wrong, and it was written down for the administrators."
            )
        )


def sweep() -> int:
    """Hand to the workers the commands that wait too long; gives how many."""
    from collaborate import tasks  # it imports the services

    waiting = Message.objects.filter(command=Message.Command.WAITING, said_at__lt=timezone.now() - _LATE)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:50])
    for pk in keys:
        send_after_commit(tasks.answer_command, pk)
    return len(keys)
