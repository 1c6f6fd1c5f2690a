"""Reports, hiding, keeping people out, and deleting what is past its time."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from collaborate.live import bus
from collaborate.models import Ban, Message, Notification, Report, Room
from collaborate.services import files
from disinfo.accounts import audit
from disinfo.accounts.models import User

_AT_A_TIME = 500


@transaction.atomic
def report(*, message: Message, reporter: User, reason: str) -> Report:
    """Tell the moderators of a room about a message; again, the reason is replaced."""
    found, _is_new = Report.objects.update_or_create(
        message=message,
        reporter=reporter,
        defaults={"reason": reason[:300], "text": message.text, "settled_at": None, "settled_by": None},
    )
    audit.record("collaborate.report", actor=reporter, on=message)
    return found


@transaction.atomic
def settle(*, report: Report, moderator: User) -> None:
    """A report has been looked at."""
    Report.objects.filter(pk=report.pk).update(settled_at=timezone.now(), settled_by=moderator)
    audit.record("collaborate.settle_report", actor=moderator, on=report.message)


@transaction.atomic
def hide(*, message: Message, moderator: User, reason: str, wanted: bool) -> None:
    """Hide a message from all but moderators, or show it again; its text is kept."""
    room = message.room
    room.tick()
    row = Message.objects.for_showing().get(pk=message.pk)
    row.room, row.changed = room, room.clock
    row.hidden_at = timezone.now() if wanted else None
    row.hidden_reason = reason[:300] if wanted else ""
    row.save(update_fields=["hidden_at", "hidden_reason", "changed"])
    bus.tell_message(row, room)
    audit.record("collaborate.hide", actor=moderator, on=row, hidden=wanted, reason=reason)


@transaction.atomic
def ban(*, room: Room, user: User, moderator: User, reason: str, days: int | None) -> Ban:
    """Keep somebody out of a room, for some days or for good; their stream ends at once.

    Their seat stays, which opens nothing meanwhile: once it is over, they are in a private room again.
    """
    until = timezone.now() + timedelta(days=days) if days else None
    found, _is_new = Ban.objects.update_or_create(
        room=room, user=user, defaults={"until": until, "reason": reason[:300], "banned_by": moderator}
    )
    Notification.objects.filter(user=user, message__room=room).delete()
    audit.record("collaborate.ban", actor=moderator, on=room, user=user.pk, days=days, reason=reason)
    bus.end_streams_of((user.pk,))
    return found


@transaction.atomic
def unban(*, ban: Ban, moderator: User) -> None:
    """Let somebody in again."""
    audit.record("collaborate.unban", actor=moderator, on=ban.room, user=ban.user_id)
    ban.delete()


def delete_past_retention() -> int:
    """Delete what each room keeps no longer, in small transactions; gives how many messages."""
    rooms = Room.objects.filter(retention_days__isnull=False).order_by("pk")
    return sum(_delete_past_retention_of(room) for room in rooms)


def _delete_past_retention_of(room: Room) -> int:
    deleted = 0
    past = Message.objects.past_retention(room).order_by("pk").values_list("pk", flat=True)
    while keys := list(past[:_AT_A_TIME]):
        with transaction.atomic():
            rows = Message.objects.filter(pk__in=keys)
            for row in rows.filter(has_file=True).order_by("pk"):
                files.forget(row.attachments.all())
            rows.delete()
        deleted += len(keys)
    return deleted
