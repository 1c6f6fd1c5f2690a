"""Reminders: said again in the room, as a reply to what asked for them."""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborate import people
from collaborate.models import Bot, Message, Reminder
from collaborate.services import posting
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of

_IN = re.compile(
    r"^(?:in|dans)?\s*(?P<number>\d{1,5})\s*(?P<unit>[a-zé]+)\s+(?P<text>.+)$", re.IGNORECASE | re.DOTALL
)
_AT = re.compile(
    r"^(?:at|à)?\s*(?P<hour>\d{1,2})[:h](?P<minute>\d{2})?\s+(?P<text>.+)$", re.IGNORECASE | re.DOTALL
)
_UNITS = {"m": 1, "h": 60, "d": 1440, "j": 1440}
_LONGEST = timedelta(days=366)


def asked(words: str, now: datetime) -> tuple[datetime, str] | None:
    """When and what: "30m call X", "2 h …", "3 days …", "17:30 …" (today, or tomorrow if that is past)."""
    if match := _AT.match(words):
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if hour > 23 or minute > 59:
            return None
        local = timezone.localtime(now).replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (local if local > now else local + timedelta(days=1)), match["text"].strip()
    if match := _IN.match(words):
        minutes = int(match["number"]) * _UNITS.get(match["unit"][0].lower(), 0)
        later = timedelta(minutes=minutes)
        return (now + later, match["text"].strip()) if timedelta(0) < later <= _LONGEST else None
    return None


def remember(*, message: Message, due_at: datetime, text: str) -> Reminder:
    """Say it again then; asked for twice by one message, it is one reminder."""
    row, _is_new = Reminder.objects.get_or_create(
        message=message, defaults={"text": text[:500], "due_at": due_at}
    )
    return row


def sweep() -> int:
    """Say what is due; gives how many."""
    due = Reminder.objects.filter(said_at=None, due_at__lte=timezone.now())
    rows = list(due.select_related("message__room", "message__author").order_by("due_at", "pk")[:50])
    return sum(_say(row) for row in rows)


@transaction.atomic
def _say(row: Reminder) -> bool:
    if not Reminder.objects.filter(pk=row.pk, said_at=None).update(said_at=timezone.now()):
        return False
    author = row.message.author
    handle = f"@{people.handle_of(author)} " if author else ""
    with in_language_of(row.message.room, author):
        text = _("Reminder: %(text)s") % {"text": row.text}
    try:
        posting.post(
            room=row.message.room,
            author=Bot.objects.portal().user,
            text=f"{handle}{text}",
            root=row.message,
            nonce=f"reminder:{row.pk}",
            tlp=row.message.tlp,
        )
    except RefusedError:
        return False
    return True
