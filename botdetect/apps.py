from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from disinfo.accounts import scopes

LOOKUP_SCOPE, RUN_SCOPE, COLLECT_SCOPE = "bots:lookup", "bots:run", "bots:collect"


class BotdetectConfig(AppConfig):
    """Which accounts behave as one, and why we think so."""

    name = "botdetect"
    verbose_name = _("Bot clusters")

    def ready(self) -> None:
        """Make this tool's scope known to owners of tokens."""
        scopes.register(RUN_SCOPE, _("Start runs of the bot clusters"))
        scopes.register(COLLECT_SCOPE, _("Collect from X for the bot clusters, which costs money"))
        scopes.register(LOOKUP_SCOPE, _("Look an account up among the bot clusters; each look-up is logged"))
