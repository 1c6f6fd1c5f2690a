"""Who may read what: a collection decides for all that it holds."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from disinfo.accounts.models import User
from disinfo.accounts.permissions import roles_of

Caller = User | AnonymousUser


def visible(caller: Caller, prefix: str) -> Q:
    """Public collections, and those of the caller's own organisations; `prefix` leads to the collection."""
    if caller.is_superuser:
        return Q()
    own = Q(**{f"{prefix}organisation__in": list(roles_of(caller))})
    return Q(**{f"{prefix}is_public": True}) | own
