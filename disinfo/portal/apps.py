from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """What all tools share: home, search, statistics, activity, health, jobs, outbox."""

    name = "disinfo.portal"
    label = "portal"
    verbose_name = _("Portal")
