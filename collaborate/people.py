"""Who can be named in a room, and how: the handle is the name in small letters, with hyphens."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from collaborate.models import Room
from disinfo.accounts.models import Organisation, User

ROOM_HANDLE = "room"
MOST_PEOPLE = 2_000
"""People of one room whose handles are worked out; a larger audience is named by @room or by organisation."""


@dataclass(frozen=True)
class Named:
    """What a handle means: a name to show, and the people concerned."""

    handle: str
    name: str
    people: tuple[int, ...]
    is_many: bool = False


def audience_of(room: Room) -> "list[User]":
    """Who may be in the room: those with a seat, where membership opens it the members; not who is kept out."""
    may_enter = Q(room_seats__room=room)
    if room.kind == Room.Kind.ORGANISATION:
        may_enter |= Q(memberships__organisation=room.organisation_id)
    elif room.kind == Room.Kind.PUBLIC:
        may_enter |= Q(memberships__organisation__status=Organisation.Status.VETTED)
    banned = room.bans.in_force().values("user")
    rows = User.objects.filter(may_enter, is_active=True).exclude(pk__in=banned).distinct().order_by("pk")
    return list(rows.only("pk", "name", "email", "is_active", "is_superuser")[:MOST_PEOPLE])


def handle_of(user: User) -> str:
    """The handle of a person nobody shares a name with."""
    return slugify(user.name) or slugify(user.email.partition("@")[0]) or f"user-{user.pk}"


def nameable(room: Room) -> dict[str, Named]:
    """Everybody and every group that can be named in a room, by handle; who shares a name has a number after it."""
    people = audience_of(room)
    taken: dict[str, Named] = {}
    for user in people:
        handle = handle_of(user)
        if handle in taken or handle == ROOM_HANDLE:
            handle = f"{handle}-{user.pk}"
        taken[handle] = Named(handle, str(user), (user.pk,))
    for slug, name, members in _organisations(user.pk for user in people):
        taken.setdefault(slug, Named(slug, name, members, is_many=True))
    seated = room.participants.order_by("pk").values_list("user", flat=True)
    taken[ROOM_HANDLE] = Named(ROOM_HANDLE, _("room"), tuple(seated), is_many=True)
    return taken


def _organisations(people: Iterable[int]) -> Iterable[tuple[str, str, tuple[int, ...]]]:
    rows = Organisation.objects.vetted().filter(memberships__user__in=list(people)).distinct()
    for organisation in rows.order_by("pk").prefetch_related("memberships"):
        yield (
            organisation.slug,
            organisation.name,
            tuple(sorted(each.user_id for each in organisation.memberships.all())),
        )
