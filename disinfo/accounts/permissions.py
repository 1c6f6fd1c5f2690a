"""Who may do what: each rule is a function or a table, read by Django's own `has_perm` through backends.py."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db import models

from disinfo.accounts.models import Membership, Organisation, Role, User

# What each role may do to things of its own organisation. A role has all that is listed before it.
_ADDED_BY_ROLE: dict[Role, set[str]] = {
    Role.MEMBER: {"view"},
    Role.EDITOR: {"add", "change"},
    Role.MODERATOR: {"moderate", "delete"},
    Role.REGULATOR: {"investigate"},
    Role.ADMIN: {"manage"},
}


def abilities_of(role: str) -> frozenset[str]:
    """What a role may do, all roles below it included."""
    order = list(Role)
    upto = order.index(Role(role)) + 1
    return frozenset().union(*(_ADDED_BY_ROLE[each] for each in order[:upto]))


def roles_of(user: User | AnonymousUser) -> dict[int, str]:
    """The user's role in each vetted organisation, by the organisation's key; read once per user object."""
    if not user.is_authenticated or not user.is_active:
        return {}
    known: dict[int, str] | None = vars(user).get("roles_by_organisation")
    if known is None:
        vetted = Membership.objects.filter(user=user, organisation__status=Organisation.Status.VETTED)
        known = dict(vetted.order_by("pk").values_list("organisation_id", "role"))
        # Kept as long as the request's user object lives.
        vars(user)["roles_by_organisation"] = known
    return known


def organisation_of(thing: models.Model) -> int | None:
    """The key of the organisation a thing belongs to; None when it belongs to the portal."""
    if isinstance(thing, Organisation):
        return thing.pk
    owner = getattr(thing, "organisation_id", None)
    return owner if owner is None else int(owner)


def can(user: User | AnonymousUser, ability: str, thing: models.Model) -> bool:
    """Whether the user may do `ability` (view, change, moderate, investigate, manage…) to this thing.

    A superuser may do everything; members of the owning organisation what their role allows; anyone may view what
    says it is public; a thing of no organisation is the portal's, and is changed by staff through model permissions.
    """
    if not user.is_active and user.is_authenticated:
        return False
    if user.is_superuser:
        return True
    if ability == "view" and getattr(thing, "is_public", False):
        return True
    owner = organisation_of(thing)
    role = roles_of(user).get(owner) if owner is not None else None
    return role is not None and ability in abilities_of(role)


def has_role(user: User | AnonymousUser, least: Role) -> bool:
    """Whether the user holds this role, or a higher one, in any vetted organisation."""
    order = list(Role)
    wanted = order[order.index(least) :]
    return user.is_superuser or any(role in wanted for role in roles_of(user).values())


def get_abilities(user: User | AnonymousUser, thing: models.Model, names: Iterable[str]) -> dict[str, bool]:
    """Which of these the user may do to this thing, as the API tells clients."""
    return {name: can(user, name, thing) for name in names}
