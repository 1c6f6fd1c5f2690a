"""Repositories elsewhere that an archive is pushed to."""

from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terms_tracker.models.tracked import Collection


def check_is_repository(address: str) -> None:
    """Refuse what is no plain https address of a repository: a name or a password in it would be shown."""
    try:
        parts = urlsplit(address)
        is_plain = parts.scheme == "https" and parts.hostname and parts.path.strip("/") and parts.port != 0
    except ValueError:
        is_plain = False
    if not is_plain or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValidationError(
            _("Write an address such as https://forge.example/archive.git, without a name or a password.")
        )


class RemoteQuerySet(models.QuerySet["Remote"]):
    """Reads of remotes."""

    def due(self, at: datetime) -> Self:
        """Those whose turn has come, whether or not there is anything new."""
        return (
            self.filter(is_active=True, next_at__lte=at)
            .select_related("collection")
            .order_by("next_at", "pk")
        )


class Remote(models.Model):
    """A repository that one archive of a collection is pushed to."""

    class Kind(models.TextChoices):
        VERSIONS = "versions", _("versions")
        SNAPSHOTS = "snapshots", _("snapshots")

    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="remotes", verbose_name=_("collection")
    )
    kind = models.CharField(_("archive"), max_length=10, choices=Kind, default=Kind.VERSIONS)
    address = models.URLField(_("address"), max_length=500, validators=[check_is_repository])
    is_active = models.BooleanField(_("pushed to"), default=True)
    # The last commit that is known to be there.
    pushed = models.CharField(max_length=40, blank=True, editable=False)
    pushed_at = models.DateTimeField(_("last pushed"), null=True, blank=True, editable=False)
    next_at = models.DateTimeField(default=timezone.now, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    problem = models.TextField(_("last problem"), blank=True, editable=False)

    objects = RemoteQuerySet.as_manager()

    class Meta:
        ordering = ["collection", "kind", "pk"]
        verbose_name = _("repository elsewhere")
        verbose_name_plural = _("repositories elsewhere")
        constraints = [
            models.UniqueConstraint(fields=["collection", "kind", "address"], name="one_remote_per_address")
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def is_behind(self) -> bool:
        """Whether the archive has recorded something since it was pushed."""
        newest: str = getattr(self.collection, f"{self.kind}_indexed")
        return bool(newest) and newest != self.pushed
