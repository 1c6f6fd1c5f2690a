"""Who may do what with terms."""

from disinfo.accounts.models import Role
from disinfo.accounts.permissions import abilities_of, can, has_role, roles_of
from terms_tracker.models import Caller, Memo, Terms


def can_ask_for_check(caller: Caller, terms: Terms) -> bool:
    """To have terms checked now, one must be staff, a regulator, or a member of the collection's organisation.

    Terms that are not tracked cannot be checked by anyone.
    """
    if not (caller.is_authenticated and terms.is_active and terms.declaration):
        return False
    if caller.is_staff or can(caller, "investigate", terms):
        return True
    return terms.is_public and has_role(caller, Role.REGULATOR)


def can_add_webhooks(caller: Caller) -> bool:
    """To have the portal call an address, one must be staff, or of a vetted organisation."""
    return caller.is_authenticated and (caller.is_staff or has_role(caller, Role.MEMBER))


def organisation_of_memos(caller: Caller) -> int | None:
    """The organisation in whose name the caller writes memos, which is one where they are a regulator."""
    return next((key for key, role in roles_of(caller).items() if "investigate" in abilities_of(role)), None)


def can_write_memos(caller: Caller, memo: Memo) -> bool:
    """To write in a memo, one must be a regulator of its organisation."""
    return can(caller, "investigate", memo)


def can_publish(caller: Caller, memo: Memo) -> bool:
    """To publish a memo, one must be another regulator than its author, or administer the organisation."""
    is_another = caller.pk != memo.author_id
    return (is_another and can_write_memos(caller, memo)) or can(caller, "manage", memo)
