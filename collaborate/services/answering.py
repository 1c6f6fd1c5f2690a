"""Answering commands: by a worker, as a message of the portal's bot, once however often the task is run."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborate import commands
from collaborate.models import Bot, Message, Notification
from collaborate.services import files, posting
from collaborate.speaking import in_language_of
from disinfo.celery import send_after_commit
from disinfo.portal.tools import Answer, Ask, Picture

logger = logging.getLogger(__name__)
_LATE = timedelta(seconds=30)


def answer(*, message: Message) -> None:
    """Answer a command, as a reply to it, with what its author may know, in their language."""
    if message.command != Message.Command.WAITING or message.author is None:
        return
    with in_language_of(message.room, message.author):
        words = commands.split(message.text)[1]
        ask = Ask(words, message.author, message.get_absolute_url(), tell=partial(_tell, message))
        given = _answered(message, ask)
        text = commands.in_words(given)
    with transaction.atomic():
        _say(message, text, nonce=f"answer:{message.pk}", pictures=given.pictures)
        for number, each in enumerate(given.then):
            _say(message, each, nonce=f"answer:{message.pk}:{number}")
        Message.objects.filter(pk=message.pk).update(command=Message.Command.ANSWERED)


def _tell(message: Message, text: str) -> None:
    """Say how far it is: in one message, which says the next step when that has come."""
    said = _say(message, text, nonce=f"progress:{message.pk}")
    # The answer concerns who asked; that it is on its way does not.
    Notification.objects.filter(message=said).delete()
    if said.text != text:
        posting.edit(message=said, text=text, editor=Bot.objects.portal().user)


def _say(message: Message, text: str, *, nonce: str, pictures: Sequence[Picture] = ()) -> Message:
    return posting.post(
        room=message.room,
        author=Bot.objects.portal().user,
        text=text[: Message.LONGEST],
        root=message,
        tlp=message.tlp,
        nonce=nonce,
        uploads=[files.Upload(each.name, each.content) for each in pictures],
    )


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
