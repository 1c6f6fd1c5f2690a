"""Addresses that people post."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _


class Link(models.Model):
    """An address somebody posted, and what its page says of itself; read once, whoever posts it again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READ = "read", _("read")
        FAILED = "failed", _("cannot be read")

    url = models.TextField(_("address"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    title = models.CharField(_("title"), max_length=200, blank=True)
    description = models.CharField(_("description"), max_length=400, blank=True)
    first_seen_at = models.DateTimeField(_("first posted"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("posted address")
        verbose_name_plural = _("posted addresses")
        indexes = [models.Index(fields=["state"], name="links_by_state")]

    def __str__(self) -> str:
        return self.url[:120]

    @staticmethod
    def digest_of(url: str) -> str:
        """What an address is found by; it may be longer than an index takes."""
        return hashlib.sha256(url.encode()).hexdigest()
