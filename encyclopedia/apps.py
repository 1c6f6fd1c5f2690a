from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

SCOPE = "encyclopedia:write"


class EncyclopediaConfig(AppConfig):
    """What is known about information manipulation: practices, tools, actors, cases."""

    name = "encyclopedia"
    verbose_name = _("Encyclopedia")

    def ready(self) -> None:
        """A portal that was just made, or emptied, gets its words."""
        from disinfo.accounts import scopes
        from encyclopedia.services import vocabulary  # models are loaded by now

        scopes.register(SCOPE, _("Write pages of the encyclopedia"))
        post_migrate.connect(vocabulary.load_into_empty, sender=self)
