"""Who may do what with collections and clusters."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from disinfo.accounts.models import Role, User
from disinfo.accounts.permissions import abilities_of, has_role, roles_of

Caller = User | AnonymousUser


def is_reviewer(caller: Caller) -> bool:
    """Whether the caller may see handles and judge clusters: staff, or moderator at least of an organisation."""
    return caller.is_authenticated and (caller.is_staff or has_role(caller, Role.MODERATOR))


def owned_by(caller: Caller, prefix: str) -> Q:
    """Collections of organisations in which the caller is a reviewer; all for staff. `prefix` leads there."""
    if not caller.is_authenticated:
        return Q(pk__in=[])
    if caller.is_staff:
        return Q()
    own = [key for key, role in roles_of(caller).items() if "moderate" in abilities_of(role)]
    return Q(**{f"{prefix}organisation__in": own})
