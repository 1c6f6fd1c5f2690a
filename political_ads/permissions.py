"""Who may do what with political ads."""

from django.contrib.auth.models import AnonymousUser

from disinfo.accounts.models import Role, User
from disinfo.accounts.permissions import has_role


def can_review(user: User | AnonymousUser) -> bool:
    """To decide what is contested or reported one must be staff, or moderate for a vetted organisation."""
    return bool(
        user.is_authenticated and user.is_active and (user.is_staff or has_role(user, Role.MODERATOR))
    )
