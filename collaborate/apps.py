from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborateConfig(AppConfig):
    """Vetted organisations detect, qualify and respond to an attack together."""

    name = "collaborate"
    verbose_name = _("Collaboration")
