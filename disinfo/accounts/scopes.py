"""What a token may be limited to. A tool adds its own scopes from its AppConfig."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

READ = "read"
SCOPES: dict[str, str | Promise] = {READ: _("Read everything its owner may read")}


def register(scope: str, meaning: str | Promise) -> None:
    """Make a scope known, so that owners can choose it for their tokens."""
    SCOPES[scope] = meaning
