from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from disinfo.accounts import scopes

SCOPE = "collaborate:write"


class CollaborateConfig(AppConfig):
    """Vetted organisations detect, qualify and respond to an attack together."""

    name = "collaborate"
    verbose_name = _("Collaboration")

    def ready(self) -> None:
        """Make this tool's scope known to owners of tokens, and follow changes of rights."""
        from collaborate import hearing, signals  # noqa: F401 (they need the models, which are loaded by now)

        scopes.register(SCOPE, _("Post in rooms"))
