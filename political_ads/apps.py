from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from disinfo.accounts import scopes

INGEST = "ads:ingest"


class PoliticalAdsConfig(AppConfig):
    """See the ads, say what they are for, and which ones the platforms removed."""

    name = "political_ads"
    verbose_name = _("Political ads")

    def ready(self) -> None:
        """Make this tool's scope known to owners of tokens."""
        scopes.register(INGEST, _("Send ads of libraries in"))
