"""Browsers that want to be told when somebody concerns their owner."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _


class PushEndpoint(models.Model):
    """Where one browser of somebody hears, and what a message to it is encrypted for (RFC 8030, RFC 8291)."""

    MOST = 10
    """Browsers of one person; the oldest gives way."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="push_endpoints")
    address = models.TextField(_("address"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    failures = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("browser to be told")
        verbose_name_plural = _("browsers to be told")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.address[:60]}"

    @staticmethod
    def digest_of(address: str) -> str:
        """What an address is found by."""
        return hashlib.sha256(address.encode()).hexdigest()
