"""What was collected: share events lie in one Parquet file a collection; here is what is known of them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from botdetect.permissions import Caller, owned_by

if TYPE_CHECKING:
    from botdetect.models.runs import Cluster


class ShareCollectionQuerySet(models.QuerySet["Collection"]):
    """Reads of collections."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the organisations in which the caller is a reviewer; all for staff."""
        return self.filter(owned_by(caller, ""))

    def expired(self) -> Self:
        """Those whose personal data have been kept as long as they may be."""
        return self.filter(expires_at__lte=timezone.now(), aggregated_at=None)


def default_expiry() -> datetime:
    """When the personal data of something collected now go."""
    return timezone.now() + timedelta(days=settings.BOTS_RETENTION_DAYS)


class Collection(models.Model):
    """Share events from one source, gathered for one purpose."""

    class Source(models.TextChoices):
        FILE = "file", _("file")
        X = "x", _("X (Twitter)")
        BLUESKY = "bluesky", "Bluesky"
        MASTODON = "mastodon", "Mastodon"

    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.FILE)
    platform = models.CharField(_("platform"), max_length=40, blank=True)
    purpose = models.TextField(_("purpose and legal basis"), blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bot_collections",
        verbose_name=_("organisation"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("personal data kept until"), default=default_expiry)
    aggregated_at = models.DateTimeField(_("personal data removed"), null=True, blank=True)
    events_hash = models.CharField(max_length=64, blank=True, editable=False)
    shares = models.PositiveBigIntegerField(_("shares"), default=0)
    accounts_count = models.PositiveIntegerField(_("accounts"), default=0)
    kinds = models.JSONField(_("traces"), default=dict, blank=True)
    profile_map = models.JSONField(default=dict, editable=False)
    first_at = models.DateTimeField(_("first share"), null=True, blank=True)
    last_at = models.DateTimeField(_("last share"), null=True, blank=True)

    objects = ShareCollectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("bots:collection", args=[self.pk])

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return Path(settings.MEDIA_ROOT) / "botdetect" / str(self.pk)

    @property
    def events_path(self) -> Path:
        """The Parquet file of its share events."""
        return self.folder / "events.parquet"


_ON: dict[str, models.Q] = {
    Collection.Source.BLUESKY: models.Q(name__startswith="did:"),
    Collection.Source.MASTODON: models.Q(name__startswith="http"),
    # Numbers are identifiers of many platforms: only where the collection says that it is of X.
    Collection.Source.X: models.Q(name__regex=r"^[0-9]+$")
    & (
        models.Q(collection__source=Collection.Source.X)
        | models.Q(collection__platform__iregex=r"^(x|twitter)( |$)")
    ),
}
"""How accounts of a network are known."""


class AccountQuerySet(models.QuerySet["Account"]):
    """Reads of accounts."""

    def of_cluster(self, cluster: "Cluster") -> Self:
        """The profiles collected of its members."""
        return self.filter(collection=cluster.run.collection_id, name__in=cluster.members.values("name"))

    def due_for_look(self, network: str) -> Self:
        """Members of watched clusters on this network (a value of Collection.Source) whose time has come."""
        from botdetect.models.runs import Cluster, Member

        is_watched = Member.objects.filter(
            name=models.OuterRef("name"),
            run__collection=models.OuterRef("collection"),
            cluster__in=Cluster.objects.watched(),
        )
        is_time = models.Q(next_look_at=None) | models.Q(next_look_at__lte=timezone.now())
        found = self.filter(_ON[network], is_time, models.Exists(is_watched), collection__aggregated_at=None)
        return found.order_by(models.F("next_look_at").asc(nulls_first=True), "pk")


class Account(models.Model):
    """A profile as it was when it was collected; its name is the platform's identifier, kept as text."""

    class Status(models.TextChoices):
        PRESENT = "present", _("present")
        GONE = "gone", _("gone")
        SUSPENDED = "suspended", _("suspended")
        PROTECTED = "protected", _("protected")
        RENAMED = "renamed", _("renamed")
        BACK = "back", _("back")

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="accounts")
    name = models.CharField(_("identifier"), max_length=120)
    handle = models.CharField(_("handle"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PRESENT)
    created_at = models.DateTimeField(_("created"), null=True, blank=True)
    collected_at = models.DateTimeField(_("collected"), null=True, blank=True)
    followers = models.PositiveBigIntegerField(_("followers"), null=True, blank=True)
    friends = models.PositiveBigIntegerField(_("followings"), null=True, blank=True)
    statuses = models.PositiveBigIntegerField(_("posts"), null=True, blank=True)
    is_protected = models.BooleanField(_("protected when it was collected"), null=True, blank=True)
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    next_look_at = models.DateTimeField(_("to be looked at"), null=True, blank=True)
    was_away = models.BooleanField(_("was gone or suspended"), default=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(fields=["collection", "name"], name="one_account_per_name")]
        indexes = [
            models.Index(fields=["name"], name="account_name"),
            models.Index(fields=["handle"], name="account_handle"),
            models.Index(fields=["next_look_at"], name="account_next_look"),
        ]

    def __str__(self) -> str:
        return self.name


class AllowedAccount(models.Model):
    """An account known to act like others for a good reason (a medium, a feed): left out of every run."""

    name = models.CharField(_("identifier or handle"), max_length=120, unique=True)
    reason = models.CharField(_("reason"), max_length=300)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("allowed account")
        verbose_name_plural = _("allowed accounts")

    def __str__(self) -> str:
        return self.name


class Erasure(models.Model):
    """A person asked to be forgotten: only a keyed hash of the identifier stays, so that no import brings it back."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)

    class Meta:
        ordering = ["-erased_at", "-pk"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return self.digest[:12]
