"""Who may do what with what libraries hold."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from disinfo.accounts.models import Role, User
from disinfo.accounts.permissions import has_role


def can_read_texts(user: User | AnonymousUser) -> bool:
    """To download the full text of ads one must be staff or a regulator, on a portal that has the right to give it."""
    if not settings.ADS_OPEN_TEXTS or not (user.is_authenticated and user.is_active):
        return False
    return user.is_staff or has_role(user, Role.REGULATOR)


def can_ingest(user: User | AnonymousUser) -> bool:
    """To send ads in one must be staff or a regulator."""
    return bool(
        user.is_authenticated and user.is_active and (user.is_staff or has_role(user, Role.REGULATOR))
    )
