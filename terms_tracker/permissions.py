"""Who may do what with terms."""

from disinfo.accounts.models import Role
from disinfo.accounts.permissions import can, has_role
from terms_tracker.models import Caller, Terms


def can_ask_for_check(caller: Caller, terms: Terms) -> bool:
    """To have terms checked now, one must be staff, a regulator, or a member of the collection's organisation.

    Terms that are not tracked cannot be checked by anyone.
    """
    if not (caller.is_authenticated and terms.is_active and terms.declaration):
        return False
    if caller.is_staff or can(caller, "investigate", terms):
        return True
    return terms.is_public and has_role(caller, Role.REGULATOR)
