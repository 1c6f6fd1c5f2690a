"""Time-stamps that were given, so that the same evidence is stamped once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TimeStamp(models.Model):
    """The answer of a time-stamping authority (RFC 3161) over a manifest."""

    digest = models.CharField(max_length=64, unique=True)
    token = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("time-stamp")
        verbose_name_plural = _("time-stamps")

    def __str__(self) -> str:
        return self.digest
