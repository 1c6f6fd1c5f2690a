"""Who may do what with pages."""

from disinfo.accounts.models import Role
from disinfo.accounts.permissions import has_role
from encyclopedia.models import Page
from encyclopedia.models.pages import Caller

_LEAST_ROLE = {
    Page.Protection.MEMBERS: Role.MEMBER,
    Page.Protection.EDITORS: Role.EDITOR,
    Page.Protection.MODERATORS: Role.MODERATOR,
}


def can_publish(caller: Caller, page: Page | None) -> bool:
    """Whether what they save is published at once; what others save waits for a moderator. None: a new page."""
    if page is None:
        return has_role(caller, Role.MEMBER)
    return not page.is_deleted and has_role(caller, _LEAST_ROLE[Page.Protection(page.protection)])


def can_moderate(caller: Caller) -> bool:
    """Decide on proposals, verify, protect, delete, rename, patrol, revert."""
    return has_role(caller, Role.MODERATOR)


def sees_drafts(caller: Caller) -> bool:
    """Whether a page that shows its verified revision shows them the newest one."""
    return has_role(caller, Role.MEMBER)
