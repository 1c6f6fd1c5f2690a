"""Who may do what in a room; who may enter it at all is Room.objects.visible_to."""

from collaborate.models import Caller, Incident, Message, Participant, Room
from disinfo.accounts.models import Organisation, Role, User
from disinfo.accounts.permissions import can, has_role, roles_of

_KEEPERS = (Participant.Role.MODERATOR, Participant.Role.OWNER)


def seat_of(user: User, room: Room) -> Participant | None:
    """The user's seat; None before they have joined."""
    return room.participants.filter(user=user).first()


def can_enter_collaboration(user: Caller) -> bool:
    """Whether there is anything here for this user: a member of a vetted organisation, a guest, staff."""
    if not isinstance(user, User):
        return False
    return bool(user.is_superuser or roles_of(user) or Room.objects.visible_to(user).exists())


def can_create(user: User, kind: str, organisation: Organisation | None = None) -> bool:
    """Editors open rooms for everybody and for their organisation; every member opens private ones."""
    if kind == Room.Kind.PUBLIC:
        return has_role(user, Role.EDITOR)
    if kind == Room.Kind.ORGANISATION:
        return organisation is not None and can(user, "add", organisation)
    return bool(roles_of(user))


def can_moderate(user: User, room: Room) -> bool:
    """Hide what was said, keep somebody out: the room's moderators and its organisation's; staff in open rooms."""
    if room.kind == Room.Kind.DIRECT:
        return False
    seat = seat_of(user, room)
    if seat is not None and seat.role in _KEEPERS:
        return True
    if room.kind == Room.Kind.PRIVATE:
        return False
    return can(user, "moderate", room)


def can_manage(user: User, room: Room) -> bool:
    """Change the room and the roles in it: its owners, administrators of its organisation; staff in open rooms."""
    seat = seat_of(user, room)
    if seat is not None and seat.role == Participant.Role.OWNER and room.kind != Room.Kind.DIRECT:
        return True
    return room.kind not in Room.BY_SEAT and can(user, "manage", room)


def can_answer_for(user: User, organisation: Organisation | None) -> bool:
    """Agree, in an organisation's name, that what it said is shared."""
    return organisation is not None and can(user, "moderate", organisation)


def can_change(user: User, message: Message) -> bool:
    """Only who said it changes what it says."""
    return message.is_by(user) and not message.is_gone


def can_delete(user: User, message: Message, room: Room) -> bool:
    """Who said it, and the room's moderators."""
    return message.deleted_at is None and (message.is_by(user) or can_moderate(user, room))


def can_act(user: Caller, room: Room) -> bool:
    """Do something in an organisation's name: who may enter the room, but not as a guest."""
    if not isinstance(user, User) or not Room.objects.visible_to(user).filter(pk=room.pk).exists():
        return False
    seat = seat_of(user, room)
    return bool(roles_of(user)) and not (seat and seat.role == Participant.Role.GUEST)


def can_respond(user: Caller, incident: Incident) -> bool:
    """Act in an incident: state, checklist, evidence, votes, requests."""
    return can_act(user, incident.room)
