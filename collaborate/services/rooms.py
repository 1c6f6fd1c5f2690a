"""Opening rooms, and who is in them."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collaborate.live import bus
from collaborate.models import Invitation, Participant, Room
from collaborate.services.refusals import RefusedError
from collaborate.speaking import pair
from disinfo import outbox
from disinfo.accounts import audit
from disinfo.accounts.models import Organisation, User

_INVITATION_DAYS = 14


@transaction.atomic
def create(
    *,
    creator: User,
    name: str,
    kind: Room.Kind,
    topic: str = "",
    organisation: Organisation | None = None,
    tlp: str = "",
) -> Room:
    """Open a room; its creator owns it. Only an organisation's room has an organisation, or a private one."""
    room = Room.objects.create(
        kind=kind,
        name=" ".join(name.split())[:120],
        slug=_free_slug(name, kind),
        topic=topic,
        organisation=organisation,
        tlp=tlp,
        language=get_language() or settings.LANGUAGE_CODE,
        created_by=creator,
    )
    Participant.objects.create(room=room, user=creator, role=Participant.Role.OWNER)
    audit.record("collaborate.create_room", actor=creator, on=room, organisation=organisation, kind=kind)
    return room


def _free_slug(name: str, kind: Room.Kind) -> str:
    """An address: the name for open rooms; nothing that could be guessed for the others, or collide with them."""
    plain = slugify(name)[:100] or "room"
    if kind in Room.BY_SEAT:
        return f"{'direct' if kind == Room.Kind.DIRECT else plain}-{secrets.token_hex(6)}"
    slug, number = plain, 2
    while Room.objects.filter(slug=slug).exists():
        slug, number = f"{plain}-{number}", number + 1
    return slug


@transaction.atomic
def direct(*, one: User, other: User) -> Room:
    """The room of two people, opened when they first need it.

    Raises:
        RefusedError: both are the same.
    """
    if one.pk == other.pk:
        raise RefusedError(_("One needs somebody else to talk to."))
    # One at a time, or two who write to each other at once would have two rooms.
    list(User.objects.select_for_update().filter(pk__in=(one.pk, other.pk)).order_by("pk"))
    shared = Room.objects.filter(kind=Room.Kind.DIRECT, participants__user=one).filter(
        participants__user=other
    )
    if room := shared.order_by("pk").first():
        return room
    room = create(creator=one, name=f"{one} · {other}", kind=Room.Kind.DIRECT)
    Participant.objects.create(room=room, user=other)
    bus.end_streams_of((other.pk,))
    return room


def join(*, room: Room, user: User) -> Participant:
    """Take a seat in a room that the user may enter; taken already, it stays as it is. What was said before is read."""
    # Looked for first: to open a room again must not wait for whoever writes, as every transaction does on SQLite.
    seat = Participant.objects.filter(room=room, user=user).first()
    return seat or _seated(room, user)


@transaction.atomic
def _seated(room: Room, user: User) -> Participant:
    seat, is_new = Participant.objects.get_or_create(
        room=room, user=user, defaults={"last_read": room.last_number}
    )
    if is_new:
        bus.end_streams_of((user.pk,))
    return seat


@transaction.atomic
def add(
    *, room: Room, user: User, adder: User, role: Participant.Role = Participant.Role.MEMBER
) -> Participant:
    """Give somebody a seat, or another role in it."""
    seat, _is_new = Participant.objects.update_or_create(room=room, user=user, defaults={"role": role})
    audit.record("collaborate.set_role", actor=adder, on=room, user=user.pk, role=role)
    bus.end_streams_of((user.pk,))
    return seat


@transaction.atomic
def remove(*, room: Room, user: User, remover: User) -> None:
    """Take somebody's seat; their stream ends at once.

    Raises:
        RefusedError: the room would be left without an owner.
    """
    seats = Participant.objects.filter(room=room)
    list(seats.select_for_update().filter(role=Participant.Role.OWNER))
    is_last = not seats.filter(role=Participant.Role.OWNER).exclude(user=user).exists()
    if is_last and seats.filter(user=user, role=Participant.Role.OWNER).exists() and seats.count() > 1:
        raise RefusedError(_("A room keeps at least one owner: give the role to somebody else first."))
    if seats.filter(user=user).delete()[0]:
        audit.record("collaborate.remove", actor=remover, on=room, user=user.pk)
        bus.end_streams_of((user.pk,))


@transaction.atomic
def change(*, room: Room, changer: User, **values: Any) -> Room:
    """Change a room: name, topic, language, mark, slow_seconds, retention_days, is_archived."""
    before = {name: getattr(room, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if changed:
        Room.objects.filter(pk=room.pk).update(**changed)
        room.refresh_from_db()
        audit.record("collaborate.change_room", actor=changer, on=room, **changed)
    return room


@transaction.atomic
def invite(*, room: Room, email: str, inviter: User) -> Invitation | None:
    """Let somebody in: a member of an organisation at once, anyone else as a guest, by a mail with a link.

    Gives the invitation, which replaces an earlier one; None when it was not needed.

    Raises:
        RefusedError: they are kept out of the room.
    """
    email = email.strip().lower()
    member = User.objects.filter(email__iexact=email, is_active=True).first()
    if member and room.bans.in_force().filter(user=member).exists():
        raise RefusedError(_("They are kept out of this room: let them in again under “Moderation” first."))
    if member and Organisation.objects.of(member).exists():
        if not room.participants.filter(user=member).exists():
            add(room=room, user=member, adder=inviter)
        return None
    room.invitations.unanswered().filter(email=email).delete()
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        room=room,
        email=email,
        digest=_digest(secret),
        invited_by=inviter,
        expires_at=timezone.now() + timedelta(days=_INVITATION_DAYS),
    )
    body = _(
        "%(person)s invites you as a guest into the room “%(room)s”.\n\nOpen this address within %(days)d days, "
        "logged in with this e-mail address:\n%(address)s\n\nWithout an account here, make one with this e-mail "
        "address first, confirm it, then open the address above again.\n"
    ) % {
        "person": inviter,
        "room": room.name,
        "days": _INVITATION_DAYS,
        "address": f"{settings.SITE_URL}/collaborate/invitations/{secret}/",
    }
    subject = pair(settings.SITE_NAME, _("an invitation"))
    outbox.put_mail(EmailMessage(subject=subject, body=body, to=[email]))
    audit.record("collaborate.invite", actor=inviter, on=room, email=email)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, actor: User) -> None:
    """Take an invitation back before it is used."""
    audit.record("collaborate.withdraw", actor=actor, on=invitation.room, email=invitation.email)
    invitation.delete()


def entered_by(*, secret: str, user: User) -> Room | None:
    """The room that somebody has entered by this invitation already; None while it is to be answered.

    Raises:
        RefusedError: unknown, out of date, or taken by somebody else.
    """
    is_open = Invitation.objects.open().filter(digest=_digest(secret)).exists()
    return None if is_open else _entered(secret, user)


def _entered(secret: str, user: User) -> Room:
    mine = Room.objects.visible_to(user).filter(participants__user=user)
    if room := mine.filter(invitations__digest=_digest(secret)).first():
        return room
    raise RefusedError(_("This invitation is out of date, or was used: ask for another one."))


@transaction.atomic
def accept(*, secret: str, user: User) -> Room:
    """Take the seat that an invitation offers; whoever has taken it already is led to the room again.

    Raises:
        RefusedError: unknown, out of date, taken already, or for another address.
    """
    invitation = Invitation.objects.select_for_update().open().filter(digest=_digest(secret)).first()
    if invitation is None:
        return _entered(secret, user)
    verified = user.emailaddress_set.filter(verified=True, email__iexact=invitation.email)  # type: ignore[attr-defined]  # allauth's relation
    if not verified.exists():
        raise RefusedError(_("This invitation is for another e-mail address than yours."))
    # Whoever belongs to an organisation is no guest, under whichever of their addresses they were invited.
    is_member = Organisation.objects.of(user).exists()
    role = Participant.Role.MEMBER if is_member else Participant.Role.GUEST
    Participant.objects.get_or_create(room=invitation.room, user=user, defaults={"role": role})
    invitation.accepted_at = timezone.now()
    invitation.save()
    audit.record("collaborate.accept", actor=user, on=invitation.room)
    bus.end_streams_of((user.pk,))
    return invitation.room


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
