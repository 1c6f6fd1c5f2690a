from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from disinfo.accounts import scopes

SCOPE = "terms:write"


class TermsTrackerConfig(AppConfig):
    """Every change of the terms of online services, archived in git, readable as a diff."""

    name = "terms_tracker"
    verbose_name = _("Terms tracker")

    def ready(self) -> None:
        """Make this tool's scope known to owners of tokens."""
        from terms_tracker.services import topics  # its models are there only now

        scopes.register(SCOPE, _("Have terms checked now, follow changes, write memos"))
        post_migrate.connect(topics.load_into_empty, sender=self, dispatch_uid="terms-topics")
