"""What platforms show in their ad libraries: sources, what was seen of them and when, advertisers, creatives, ads."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A library of ads of one platform in one country, or the portal's own captures by citizens."""

    class Kind(models.TextChoices):
        API = "api", _("programming interface")
        FILE = "file", _("files")
        CAPTURE = "capture", _("captures by citizens")

    slug = models.SlugField(_("identifier"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    platform = models.CharField(_("platform"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FILE)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO 3166 code, such as FR.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_closed_since = models.DateTimeField(
        _("archive closed since"),
        null=True,
        blank=True,
        help_text=_(
            "When the platform erased or stopped its library: its ads are then not counted as removed."
        ),
    )

    class Meta:
        ordering = ["slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name


class LibrarySnapshot(models.Model):
    """One look at a whole library. Only a complete one may say that an ad is no longer there."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        COMPLETE = "complete", _("complete")
        PARTIAL = "partial", _("partial")
        QUARANTINED = "quarantined", _("quarantined")

    source = models.ForeignKey(Source, models.PROTECT, related_name="snapshots", verbose_name=_("source"))
    # The date of what was seen, which is not that of the import.
    taken_at = models.DateTimeField(_("taken"), default=timezone.now)
    finished_at = models.DateTimeField(_("imported"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.RUNNING)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    overruled_because = models.TextField(_("overruled because"), blank=True)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    seen_count = models.PositiveIntegerField(_("ads seen"), default=0)
    added_count = models.PositiveIntegerField(_("ads added"), default=0)
    changed_count = models.PositiveIntegerField(_("ads changed"), default=0)
    refused_count = models.PositiveIntegerField(_("rows refused"), default=0)
    expected_count = models.PositiveIntegerField(_("ads announced by the platform"), null=True, blank=True)

    class Meta:
        ordering = ["source", "-taken_at", "-pk"]
        verbose_name = _("library snapshot")
        verbose_name_plural = _("library snapshots")
        constraints = [
            models.UniqueConstraint(fields=["source", "taken_at"], name="one_snapshot_per_time"),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.taken_at:%Y-%m-%d %H:%M}"


class Advertiser(models.Model):
    """A page or account that ran ads on one platform."""

    platform = models.CharField(_("platform"), max_length=60)
    external_id = models.CharField(_("identifier at the platform"), max_length=200)
    name = models.CharField(_("name"), max_length=300)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("advertiser")
        verbose_name_plural = _("advertisers")
        constraints = [
            models.UniqueConstraint(fields=["platform", "external_id"], name="one_advertiser_per_identifier"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("ads:advertiser", args=[self.pk])


class Creative(models.Model):
    """What is shown: a text and media. Many ads may share one, so it is what citizens classify."""

    # Of the normalised text and of the media's own hashes: two ads with the same are the same to a reader.
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    text = models.TextField(_("text"), blank=True)
    title = models.TextField(_("title of the link"), blank=True)
    description = models.TextField(_("description of the link"), blank=True)
    link = models.CharField(_("where it leads"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    created_at = models.DateTimeField(_("first seen"), default=timezone.now, db_index=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("creative")
        verbose_name_plural = _("creatives")

    def __str__(self) -> str:
        return self.text[:60] or self.title[:60] or f"#{self.pk}"


class Media(models.Model):
    """A picture of a creative, re-encoded and kept here: the platform's own address expires in months."""

    creative = models.ForeignKey(Creative, models.CASCADE, related_name="media", verbose_name=_("creative"))
    file = models.FileField(_("file"), upload_to="ads/")
    mime = models.CharField(max_length=60)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    perceptual_hash = models.CharField(max_length=16, blank=True, db_index=True)
    alternative = models.CharField(_("text alternative"), max_length=500, blank=True)

    class Meta:
        ordering = ["creative", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.alternative or self.sha256[:12]


class Ad(models.Model):
    """An entry of a library. Amounts are ranges, as platforms give them; an upper bound of None means no bound."""

    class Presence(models.TextChoices):
        PRESENT = "present", _("in the library")
        MISSING = "missing", _("missing, to be confirmed")
        REMOVED = "removed", _("removed from the library")
        CLOSED = "closed", _("the library was closed")

    source = models.ForeignKey(Source, models.PROTECT, related_name="ads", verbose_name=_("source"))
    external_id = models.CharField(_("identifier at the platform"), max_length=200)
    advertiser = models.ForeignKey(
        Advertiser, models.PROTECT, null=True, blank=True, related_name="ads", verbose_name=_("advertiser")
    )
    creative = models.ForeignKey(Creative, models.PROTECT, related_name="ads", verbose_name=_("creative"))
    payer = models.CharField(_("paid by"), max_length=500, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    spend_low = models.BigIntegerField(_("spent at least"), null=True, blank=True)
    spend_high = models.BigIntegerField(_("spent at most"), null=True, blank=True)
    impressions_low = models.BigIntegerField(_("shown at least"), null=True, blank=True)
    impressions_high = models.BigIntegerField(_("shown at most"), null=True, blank=True)
    created_on = models.DateTimeField(_("created"), null=True, blank=True)
    started_on = models.DateTimeField(_("shown from"), null=True, blank=True)
    stopped_on = models.DateTimeField(_("shown until"), null=True, blank=True)
    platforms = models.JSONField(_("shown on"), default=list, blank=True)
    countries = models.JSONField(_("countries"), default=list, blank=True)
    # What has no field of its own: targeting, demographics, regions, under the platform's names.
    details = models.JSONField(_("details"), default=dict, blank=True)
    address = models.URLField(_("address at the platform"), max_length=500, blank=True)
    # Of all that is compared from one snapshot to the next.
    content_hash = models.CharField(max_length=64, editable=False)

    presence = models.CharField(_("presence"), max_length=10, choices=Presence, default=Presence.PRESENT)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    missing_since = models.DateTimeField(_("missing since"), null=True, blank=True)
    # Complete snapshots in a row without it.
    missed_snapshots = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("ad")
        verbose_name_plural = _("ads")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_ad_per_identifier"),
        ]
        indexes = [
            models.Index(fields=["source", "presence", "last_seen_at"], name="ads_by_presence"),
        ]

    def __str__(self) -> str:
        return f"{self.source.slug}:{self.external_id}"

    def get_absolute_url(self) -> str:
        """Its permalink."""
        return reverse("ads:ad", args=[self.source.slug, self.external_id])


class AdVersion(models.Model):
    """What changed in an ad between two looks: field → [before, after]."""

    ad = models.ForeignKey(Ad, models.CASCADE, related_name="versions", verbose_name=_("ad"))
    snapshot = models.ForeignKey(LibrarySnapshot, models.PROTECT, verbose_name=_("library snapshot"))
    seen_at = models.DateTimeField(_("seen"))
    changes = models.JSONField(_("changes"))

    class Meta:
        ordering = ["ad", "-seen_at", "-pk"]
        verbose_name = _("version of an ad")
        verbose_name_plural = _("versions of ads")

    def __str__(self) -> str:
        return f"{self.ad} · {self.seen_at:%Y-%m-%d}"
