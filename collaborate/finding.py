"""Finding messages by words, room, author, date, and what they hold; the newest first."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from collaborate.models import Caller, Message, MessageQuerySet, Room
from disinfo import search
from disinfo.accounts.models import User

_WORD = re.compile(r"\w+")
_MOST_WORDS = 12


@dataclass(frozen=True)
class Wanted:
    """What is looked for; whatever is left out does not matter."""

    words: str = ""
    room: Room | None = None
    author: str = ""
    since: date | None = None
    until: date | None = None
    has: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return self == Wanted()


def find(wanted: Wanted, caller: Caller) -> MessageQuerySet:
    """The messages that match, in the rooms the caller may enter, the newest first."""
    rooms = Room.objects.visible_to(caller)
    if wanted.room is not None:
        rooms = rooms.filter(pk=wanted.room.pk)
    keys = list(rooms.order_by("pk").values_list("pk", flat=True))
    rows = Message.objects.readable().filter(room__in=keys)
    rows = rows.with_words(_WORD.findall(search.fold(wanted.words))[:_MOST_WORDS])
    return _narrowed(rows, wanted)


def _narrowed(rows: MessageQuerySet, wanted: Wanted) -> MessageQuerySet:
    if wanted.author:
        rows = rows.filter(author__in=User.objects.filter(name__icontains=wanted.author))
    if wanted.since:
        rows = rows.filter(said_at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(said_at__lt=_midnight(wanted.until) + timedelta(days=1))
    if wanted.has == "link":
        rows = rows.filter(has_link=True)
    elif wanted.has == "file":
        rows = rows.filter(has_file=True)
    elif wanted.has == "card":
        rows = rows.exclude(cards=[])
    elif wanted.has == "reaction":
        rows = rows.filter(has_reaction=True)
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
