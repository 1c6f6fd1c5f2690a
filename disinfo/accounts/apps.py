from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, their organisations, roles and tokens, and the trace of what they did."""

    name = "disinfo.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Listen to allauth."""
        from disinfo.accounts import signals  # noqa: F401 (importing connects them)
