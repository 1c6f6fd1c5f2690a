"""Programs that talk in rooms."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.models import User


class BotManager(models.Manager["Bot"]):
    """Finds bots."""

    def portal(self) -> "Bot":
        """The portal's own bot, which answers commands; made at its first word."""
        email = f"portal{Bot.DOMAIN}"
        user, _is_new = User.objects.get_or_create(email=email, defaults={"name": settings.SITE_NAME})
        bot, _is_new = self.get_or_create(user=user)
        return bot


class Bot(models.Model):
    """An account for a program: it has no password and no mail, acts by tokens, and is marked wherever it speaks."""

    DOMAIN = "@bots.invalid"

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="bot")
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.CASCADE,
        null=True,
        related_name="bots",
        verbose_name=_("organisation"),
    )
    purpose = models.CharField(_("what it does"), max_length=200, blank=True)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = BotManager()

    class Meta:
        ordering = ["user__name", "pk"]
        verbose_name = _("bot")
        verbose_name_plural = _("bots")

    def __str__(self) -> str:
        return str(self.user)
