from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliticalAdsConfig(AppConfig):
    """See the ads, say what they are for, and which ones the platforms removed."""

    name = "political_ads"
    verbose_name = _("Political ads")
