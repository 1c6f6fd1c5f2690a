"""Taking what was said to another room, as far as its mark allows."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborate import people
from collaborate.models import Message, Room, ShareRequest
from collaborate.permissions import can_answer_for
from collaborate.services import posting
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of
from collaborate.tlp import WATCHED, Tlp
from disinfo.accounts import audit
from disinfo.accounts.models import Membership, Organisation, User
from disinfo.accounts.permissions import abilities_of, roles_of

_MOST_ASKED = 20


def needs_agreement(message: Message, room: Room) -> bool:
    """Whether the originator's organisation has to agree: its mark is strict, and others than its people are there."""
    if message.tlp_in(message.room) not in WATCHED:
        return False
    return any(message.organisation_id not in roles_of(person) for person in people.audience_of(room))


@transaction.atomic
def share(*, message: Message, room: Room, sharer: User, reason: str = "") -> Message | ShareRequest:
    """Take a message to another room that the sharer may enter: at once, or when its organisation agrees.

    Raises:
        RefusedError: TLP:RED, which stays in its room; gone; or nobody could agree.
    """
    if message.is_gone:
        raise RefusedError(_("This message is no longer there."))
    if message.tlp_in(message.room) == Tlp.RED:
        raise RefusedError(_("TLP:RED: this is for the people in its room only."))
    if not needs_agreement(message, room) or can_answer_for(sharer, message.organisation):
        return _taken(message, room, sharer)
    if message.organisation is None:
        raise RefusedError(_("Nobody can agree to this: its author belongs to no organisation."))
    if not _has_somebody_to_ask(message.organisation):
        names = {"organisation": message.organisation}
        raise RefusedError(
            _("Nobody of %(organisation)s may agree to this yet: it needs a moderator.") % names
        )
    request, is_new = ShareRequest.objects.get_or_create(
        message=message,
        room=room,
        state=ShareRequest.State.WAITING,
        defaults={"organisation": message.organisation, "asked_by": sharer, "reason": reason[:300]},
    )
    if is_new:
        audit.record("collaborate.ask_to_share", actor=sharer, on=message, organisation=message.organisation)
    return request


def _has_somebody_to_ask(organisation: Organisation) -> bool:
    roles = Membership.objects.filter(organisation=organisation, user__is_active=True).order_by("pk")
    return any("moderate" in abilities_of(role) for role in roles.values_list("role", flat=True))


def _taken(message: Message, room: Room, sharer: User) -> Message:
    # Who agrees may speak another language than who asked, in whose name it is said.
    with in_language_of(room, sharer):
        author = message.author or _("closed account")
        source = f"{author}, {message.organisation}" if message.organisation else str(author)
        head = _("Shared from %(source)s:") % {"source": source}
    quoted = "\n".join(f"> {line}" for line in message.text.splitlines())
    said = f"{head}\n\n{quoted}"
    copy = posting.post(
        room=room,
        author=sharer,
        text=said[: Message.LONGEST],
        tlp=message.tlp_in(message.room),
        nonce=f"share:{message.pk}",
        shared_from=message,
    )
    audit.record(
        "collaborate.share", actor=sharer, on=message, organisation=message.organisation, room=room.pk
    )
    return copy


@transaction.atomic
def answer(*, request: ShareRequest, answerer: User, agreed: bool) -> None:
    """Agree or not, in the originator's name; answered already, nothing happens.

    Raises:
        RefusedError: who asked may not write in that room any more.
    """
    row = (
        ShareRequest.objects.select_for_update()
        .select_related("message__room", "room", "asked_by")
        .get(pk=request.pk)
    )
    if row.state != ShareRequest.State.WAITING:
        return
    row.state = ShareRequest.State.AGREED if agreed else ShareRequest.State.REFUSED
    row.answered_at, row.answered_by = timezone.now(), answerer
    row.save()
    audit.record(
        "collaborate.answer_share",
        actor=answerer,
        on=row.message,
        organisation=row.organisation,
        agreed=agreed,
    )
    if agreed and not row.message.is_gone:
        if not Room.objects.visible_to(row.asked_by).filter(pk=row.room_id).exists():
            raise RefusedError(
                _("%(name)s may not enter that room any more: refuse this.") % {"name": row.asked_by}
            )
        _taken(row.message, row.room, row.asked_by)


def asked_by(user: User) -> list[ShareRequest]:
    """What the user asked for, the latest first, as far as they may still read it."""
    rows = ShareRequest.objects.filter(asked_by=user, message__room__in=Room.objects.visible_to(user))
    return list(rows.select_related("message__room", "room", "organisation")[:_MOST_ASKED])


def waiting_for(user: User) -> list[ShareRequest]:
    """Requests that the user may answer, the oldest first."""
    organisations = Organisation.objects.filter(pk__in=list(roles_of(user)))
    answerable = [each.pk for each in organisations.order_by("pk") if can_answer_for(user, each)]
    rows = ShareRequest.objects.filter(state=ShareRequest.State.WAITING, organisation__in=answerable)
    return list(
        rows.select_related("message__room", "message__author", "room", "asked_by").order_by("at", "pk")
    )
