"""What a person has read, kept, and looked at."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from collaborate.live import bus
from collaborate.models import (
    Draft,
    MailChoice,
    Message,
    Notification,
    NotificationChoice,
    Participant,
    Room,
    Saved,
    Sighting,
)
from disinfo.accounts.models import User

_LONGEST_DRAFT = 4 * Message.LONGEST
"""What is too long to be said is kept to be cut by who wrote it."""


def seen(*, user: User, room: Room, messages: Collection[Message]) -> None:
    """The user was shown these messages of a room: they are read, up to the last, and strict marks are written down."""
    if not messages:
        return
    mark_read(user=user, room=room, number=max(message.number for message in messages))
    watched = [message.pk for message in messages if message.is_watched_in(room) and not message.is_gone]
    write_sightings(messages=watched, users=[user.pk])


def mark_read(*, user: User, room: Room, number: int) -> None:
    """The user has read up to this number; going back is not possible, nor beyond what was said."""
    upto = min(number, room.last_number)
    seats = Participant.objects.filter(room=room, user=user, last_read__lt=upto)
    # Looked at first: to read a page again must not wait for whoever writes, as every transaction does on SQLite.
    if seats.exists():
        with transaction.atomic():
            _move(seats, user, room, upto)


def _move(seats: QuerySet[Participant], user: User, room: Room, upto: int) -> None:
    if seats.update(last_read=upto):
        told = Notification.objects.filter(
            user=user, read_at=None, message__room=room, message__number__lte=upto
        )
        told.update(read_at=timezone.now())
        bus.tell_people((user.pk,), "read", {"room": room.pk, "number": upto})


def write_sightings(*, messages: Iterable[int], users: Iterable[int]) -> None:
    """That these people were shown these messages; who is written down already stays as they were."""
    rows = [Sighting(message_id=message, user_id=user) for message in messages for user in users]
    if rows:
        Sighting.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def save(*, user: User, message: Message, wanted: bool) -> None:
    """Keep a message to find it again, or let it go."""
    if wanted:
        Saved.objects.get_or_create(user=user, message=message)
    else:
        Saved.objects.filter(user=user, message=message).delete()


@transaction.atomic
def mute(*, seat: Participant, wanted: bool) -> None:
    """Be told nothing of a room, or again."""
    Participant.objects.filter(pk=seat.pk).update(is_muted=wanted)


@transaction.atomic
def read_all(*, user: User) -> None:
    """Everything has been looked at."""
    Notification.objects.filter(user=user, read_at=None).update(read_at=timezone.now())
    joined = Participant.objects.filter(user=user).exclude(last_read=F("room__last_number"))
    for seat in joined.select_related("room"):
        mark_read(user=user, room=seat.room, number=seat.room.last_number)


@transaction.atomic
def choose_mail(*, user: User, mail: MailChoice) -> None:
    """When the user wants to be written to."""
    NotificationChoice.objects.update_or_create(user=user, defaults={"mail": mail})


def keep_draft(*, user: User, room: Room, text: str, thread: int = 0) -> None:
    """Keep what somebody has begun to write there, from whichever browser; nothing of it is nothing to keep."""
    if not text.strip():
        forget_draft(user=user, room=room, thread=thread)
        return
    Draft.objects.update_or_create(
        user=user, room=room, thread=thread, defaults={"text": text[:_LONGEST_DRAFT]}
    )


def forget_draft(*, user: User, room: Room, thread: int = 0) -> None:
    """It was said, or given up."""
    mine = Draft.objects.filter(user=user, room=room, thread=thread)
    # Looked at first: on SQLite, to delete nothing waits for whoever writes all the same.
    if mine.exists():
        mine.delete()


def draft_of(user: User, room: Room, thread: int = 0) -> str:
    """What they had begun to write."""
    found = Draft.objects.filter(user=user, room=room, thread=thread).first()
    return found.text if found else ""
