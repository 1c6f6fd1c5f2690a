from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BotdetectConfig(AppConfig):
    """Which accounts behave as one, and why we think so."""

    name = "botdetect"
    verbose_name = _("Bot clusters")
