"""Telling people what concerns them: in the page at once; by mail at once or once a day; webhooks."""

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborate import people
from collaborate.live import bus
from collaborate.models import MailChoice, Message, Notification, Room
from collaborate.speaking import pair
from disinfo import outbox
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit

PATIENCE = timedelta(minutes=2)
"""How long a mail waits for its reader to see the message in the room."""
_signer = Signer(salt="collaborate.no_mail")
_EXCERPT = 300
_MOST_LINES = 30


def notify(*, message: Message, named: Collection[int]) -> None:
    """Write down whom a message concerns, and tell them if they are here. Runs in the transaction that posts it."""
    kinds = dict.fromkeys(named, Notification.Kind.MENTION)
    room = message.room
    if message.root_id:
        for person in _thread_of(message):
            kinds.setdefault(person, Notification.Kind.REPLY)
    if room.kind == Room.Kind.DIRECT:
        for person in room.participants.order_by("pk").values_list("user", flat=True):
            kinds.setdefault(person, Notification.Kind.DIRECT)
    kinds.pop(message.author_id or 0, None)
    if not kinds:
        return
    for person in _deaf(room, kinds):
        del kinds[person]
    rows = [Notification(user_id=person, message=message, kind=kind) for person, kind in kinds.items()]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    bus.tell_people(tuple(kinds), "notice", {"room": room.pk, "number": message.number})
    _tell_webhooks(message)
    if settings.COLLABORATE_PUSH_KEY:
        from collaborate import tasks  # it imports the services

        send_after_commit(tasks.push, message.pk)


def _thread_of(message: Message) -> set[int]:
    """Who has spoken in a message's thread."""
    thread = Message.objects.filter(Q(pk=message.root_id) | Q(root=message.root_id))
    return set(thread.exclude(author=None).order_by().values_list("author_id", flat=True))


def _deaf(room: Room, concerned: Collection[int]) -> set[int]:
    """Those of them who have muted the room, or may not enter it."""
    muted = room.participants.filter(user__in=list(concerned), is_muted=True).order_by("pk")
    may_enter = {user.pk for user in people.audience_of(room)}
    return set(muted.values_list("user", flat=True)) | (set(concerned) - may_enter)


def _tell_webhooks(message: Message) -> None:
    """Tell the webhooks of the room's organisation that somebody was called; never what was said."""
    room = message.room
    if room.organisation_id:
        outbox.put_event(
            "collaborate.mention",
            {
                "room": room.name,
                "number": message.number,
                "url": settings.SITE_URL + message.get_absolute_url(),
            },
            key=f"collaborate.mention:{message.pk}",
            organisation_id=room.organisation_id,
        )


def write_mails() -> int:
    """Mail what has waited unread for its reader, to those who want it at once; gives how many mails."""
    waiting = Notification.objects.unread().filter(
        mailed_at=None,
        at__lt=timezone.now() - PATIENCE,
        user__room_notification_choice__mail=MailChoice.AT_ONCE,
    )
    return sum(_mail(user, None) for user in _owners(waiting))


def write_digests() -> int:
    """Mail everything unread, once a day, to those who want it so or have not chosen; gives how many mails."""
    waiting = Notification.objects.unread().filter(mailed_at=None)
    others = waiting.exclude(user__room_notification_choice__mail__in=(MailChoice.AT_ONCE, MailChoice.NEVER))
    day = timezone.now().date().isoformat()
    return sum(_mail(user, day) for user in _owners(others))


def _owners(rows: QuerySet[Notification]) -> list[User]:
    keys = rows.order_by().values("user")
    return list(User.objects.filter(pk__in=keys, is_active=True).order_by("pk"))


@transaction.atomic
def _mail(user: User, day: str | None) -> bool:
    """One mail about all that waits for this user. The key makes it one, however often the task is run."""
    rows = list(Notification.objects.open_to(user).unread().filter(mailed_at=None)[:_MOST_LINES])
    if not rows:
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject = ngettext("%(count)d message concerns you", "%(count)d messages concern you", len(rows)) % {
            "count": len(rows)
        }
        lines = [_line(row) for row in rows]
        choice = settings.SITE_URL + reverse("collaborate:notifications")
        body = "\n\n".join([*lines, _("Choose when you are written to: %(address)s") % {"address": choice}])
        if day:
            body = "\n\n".join([body, *_unread_rooms(user)])
        stop_at = settings.SITE_URL + reverse("collaborate:no_mail", args=[_signer.sign(str(user.pk))])
        body = "\n\n".join([body, _("No more mails about rooms: %(address)s") % {"address": stop_at}])
        headers = {"List-Unsubscribe": f"<{stop_at}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        mail = EmailMessage(
            subject=pair(settings.SITE_NAME, subject), body=body, to=[user.email], headers=headers
        )
        outbox.put_mail(mail, key=f"collaborate.mail:{user.pk}:{day or rows[0].pk}")
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())
    return True


def reader_of(token: str) -> User | None:
    """Whose mails an address in a mail ends; None when it is forged."""
    try:
        return User.objects.filter(pk=int(_signer.unsign(token)), is_active=True).first()
    except (BadSignature, ValueError):
        return None


def _line(row: Notification) -> str:
    """Who, where, and what, unless a strict mark keeps it in the room."""
    message = row.message
    who = _("%(person)s %(deed)s in %(room)s") % {
        "person": message.author or _("closed account"),
        "deed": row.get_kind_display(),
        "room": message.room.name,
    }
    said = "" if message.is_watched_in(message.room) else message.plain[:_EXCERPT]
    return "\n".join(filter(None, [who, said, settings.SITE_URL + message.get_absolute_url()]))


def _unread_rooms(user: User) -> list[str]:
    rooms = Room.objects.joined_by(user).filter(unread__gt=0, is_muted=False)[:_MOST_LINES]
    return [
        ngettext("%(room)s: %(count)d unread", "%(room)s: %(count)d unread", room.unread)
        % {"room": room.name, "count": room.unread}
        for room in rooms
    ]
