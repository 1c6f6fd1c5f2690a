"""Collections of others, by their interface: what they track is found here too."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class PeerQuerySet(models.QuerySet["Peer"]):
    """Reads of peers."""

    def active(self) -> Self:
        """Those that are asked."""
        return self.filter(is_active=True)


class Peer(models.Model):
    """A collection elsewhere that answers to Open Terms Archive's collection interface, and what it said last."""

    name = models.CharField(_("name"), max_length=120)
    endpoint = models.URLField(
        _("address of its interface"),
        max_length=500,
        unique=True,
        help_text=_("Up to the version: https://collection.example/api/v1"),
    )
    is_active = models.BooleanField(_("asked"), default=True)
    metadata = models.JSONField(default=dict, blank=True, editable=False)
    services = models.JSONField(default=list, blank=True, editable=False)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True, editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    objects = PeerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("collection elsewhere")
        verbose_name_plural = _("collections elsewhere")

    def __str__(self) -> str:
        return self.name
