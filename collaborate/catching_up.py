"""What a newcomer to a room needs first: what is open, who does what, what was decided, who is there."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from collaborate.models import Link, Message, Participant, Room

_LAST = 10
_MOST = 50
_DAYS = 7


@dataclass(frozen=True)
class Overview:
    """A room in a few lists."""

    tasks: list[Message]
    questions: list[Message]
    decisions: list[Message]
    pinned: list[Message]
    threads: list[Message]
    links: list[Link]
    people: list[Participant]
    messages_last_week: int


def overview(room: Room) -> Overview:
    """What is open in a room, its last decisions, what was spoken of most during the last week."""
    rows = (
        Message.objects.filter(room=room)
        .readable()
        .select_related("author", "assignee", "organisation", "room")
    )
    week = timezone.now() - timedelta(days=_DAYS)
    recent = rows.filter(said_at__gt=week)
    # What the portal answered to a command is no discussion of it.
    talk = recent.filter(reply_count__gt=0, command=Message.Command.NONE)
    links = Link.objects.filter(messages__room=room, messages__said_at__gt=week, messages__deleted_at=None)
    return Overview(
        tasks=list(
            rows.filter(mark=Message.Mark.TASK, settled_at=None).order_by("assignee__name", "-number")[:_MOST]
        ),
        questions=list(rows.filter(mark=Message.Mark.QUESTION, settled_at=None).order_by("-number")[:_MOST]),
        decisions=list(rows.filter(mark=Message.Mark.DECISION).order_by("-number")[:_LAST]),
        pinned=list(rows.filter(pinned_at__isnull=False).order_by("-pinned_at")[:_MOST]),
        threads=list(talk.order_by("-reply_count", "-number")[:_LAST]),
        links=list(links.annotate(times=Count("messages")).order_by("-times", "-pk")[:_LAST]),
        people=list(room.participants.by_name()[:_MOST]),
        messages_last_week=recent.count(),
    )
