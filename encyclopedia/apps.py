from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EncyclopediaConfig(AppConfig):
    """What is known about information manipulation: practices, tools, actors, cases."""

    name = "encyclopedia"
    verbose_name = _("Encyclopedia")
