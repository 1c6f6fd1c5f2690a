"""What platforms show in their ad libraries: advertisers, creatives, ads, and when each ad was there."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from political_ads.models.sources import LibrarySnapshot, Source


class AdvertiserQuerySet(models.QuerySet["Advertiser"]):
    """Reads of advertisers."""

    def largest_first(self) -> Self:
        """Those with most ads first."""
        return self.order_by("-ads_count", "pk")

    def named(self, words: str) -> Self:
        """Those whose name, or one they had, holds these words."""
        former = AdvertiserName.objects.filter(name__icontains=words).values("advertiser")
        return self.filter(Q(name__icontains=words) | Q(pk__in=former))


class Advertiser(models.Model):
    """A page or account that ran ads on one platform."""

    platform = models.CharField(_("platform"), max_length=60)
    external_id = models.CharField(_("identifier at the platform"), max_length=200)
    name = models.CharField(_("name"), max_length=300, db_index=True)
    # Counted again at the end of each import, so that a list need not.
    ads_count = models.PositiveIntegerField(_("ads"), default=0, db_index=True, editable=False)
    removed_count = models.PositiveIntegerField(_("ads removed"), default=0, editable=False)

    objects = AdvertiserQuerySet.as_manager()

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


class AdvertiserName(models.Model):
    """A name that an advertiser had, until a library gave it another."""

    advertiser = models.ForeignKey(
        Advertiser, models.CASCADE, related_name="former_names", verbose_name=_("advertiser")
    )
    name = models.CharField(_("name"), max_length=300, db_index=True)
    until = models.DateTimeField(_("replaced on"))

    class Meta:
        ordering = ["-until", "-pk"]
        verbose_name = _("former name of an advertiser")
        verbose_name_plural = _("former names of advertisers")
        constraints = [
            models.UniqueConstraint(fields=["advertiser", "name", "until"], name="one_former_name_at_a_time")
        ]

    def __str__(self) -> str:
        return self.name


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
    is_findable = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("creative")
        verbose_name_plural = _("creatives")
        indexes = [models.Index(fields=["id"], condition=Q(is_findable=False), name="creatives_to_index")]

    def __str__(self) -> str:
        return self.text[:60] or self.title[:60] or f"#{self.pk}"

    @property
    def has_reviewers_at_odds(self) -> bool:
        """Whether reviewers decided otherwise from one another."""
        return len({review.label for review in self.reviews.all()}) > 1


class Media(models.Model):
    """A picture of a creative, re-encoded and kept here: the platform's own address expires in months."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        KEPT = "kept", _("kept")
        REFUSED = "refused", _("refused")

    creative = models.ForeignKey(Creative, models.CASCADE, related_name="media", verbose_name=_("creative"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, db_index=True)
    origin = models.CharField(_("where it was"), max_length=500, blank=True)
    refused_because = models.CharField(_("refused because"), max_length=200, blank=True)
    file = models.FileField(_("file"), upload_to="ads/", blank=True)
    mime = models.CharField(max_length=60, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    perceptual_hash = models.CharField(max_length=16, blank=True, db_index=True)
    alternative = models.CharField(_("text alternative"), max_length=500, blank=True)

    class Meta:
        ordering = ["creative", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.UniqueConstraint(fields=["creative", "origin"], name="one_picture_per_origin")]

    def __str__(self) -> str:
        return self.alternative or self.sha256[:12] or self.origin[:60]


class Payer(models.Model):
    """A name that ads give as who paid: a short list to look names up in, where the ads are a million."""

    name = models.CharField(_("name"), max_length=500, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("payer")
        verbose_name_plural = _("payers")

    def __str__(self) -> str:
        return self.name


class AdQuerySet(models.QuerySet["Ad"]):
    """Reads of ads."""

    def for_lists(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("source", "advertiser", "creative__task")

    def shown_between(self, first: datetime | None, last: datetime | None) -> Self:
        """Those whose showing overlaps the period; one without an end runs on."""
        found = self
        if last:
            found = found.filter(started_on__lte=last)
        if first:
            found = found.filter(Q(stopped_on__gte=first) | Q(stopped_on=None), started_on__isnull=False)
        return found

    def held_at(self, at: datetime) -> Self:
        """Those in the library at the moment of a complete snapshot."""
        earlier = PresenceInterval.objects.filter(since__lte=at, until__gte=at).values("ad_id")
        return self.filter(Q(present_since__lte=at, last_seen_at__gte=at) | Q(pk__in=earlier))


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
    # Where it was shown first or most: what lists are narrowed by. All countries are in `countries`.
    country = models.CharField(_("country"), max_length=2, blank=True)
    platforms = models.JSONField(_("shown on"), default=list, blank=True)
    countries = models.JSONField(_("countries"), default=list, blank=True)
    # What has no field of its own: targeting, demographics, regions, under the platform's names.
    details = models.JSONField(_("details"), default=dict, blank=True)
    address = models.URLField(_("address at the platform"), max_length=500, blank=True)
    # Of all that is compared from one snapshot to the next.
    content_hash = models.CharField(max_length=64, editable=False)

    presence = models.CharField(_("presence"), max_length=10, choices=Presence, default=Presence.PRESENT)
    first_seen_at = models.DateTimeField(_("first seen"))
    # Start of the present run; the runs before it are PresenceInterval rows.
    present_since = models.DateTimeField(_("in the library since"), default=timezone.now)
    # None for what citizens captured: no library says whether it is still there.
    last_snapshot = models.ForeignKey(
        LibrarySnapshot, models.PROTECT, null=True, blank=True, related_name="ads_seen_last", editable=False
    )
    last_seen_at = models.DateTimeField(_("last seen"))
    missing_since = models.DateTimeField(_("missing since"), null=True, blank=True)
    # Complete snapshots in a row without it.
    missed_snapshots = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = AdQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("ad")
        verbose_name_plural = _("ads")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_ad_per_identifier"),
        ]
        indexes = [
            models.Index(fields=["source", "presence", "last_seen_at"], name="ads_by_presence"),
            models.Index(fields=["presence", "id"], name="ads_by_presence_alone"),
            models.Index(fields=["country", "id"], name="ads_by_country"),
            models.Index(fields=["payer", "id"], name="ads_by_payer"),
            models.Index(fields=["started_on", "stopped_on", "id"], name="ads_by_period"),
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


class PresenceInterval(models.Model):
    """A run of snapshots that held an ad, before the present one: with it any two snapshots can be compared."""

    ad = models.ForeignKey(Ad, models.CASCADE, related_name="intervals", verbose_name=_("ad"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["ad", "since"]
        verbose_name = _("time in the library")
        verbose_name_plural = _("times in the library")
        constraints = [models.UniqueConstraint(fields=["ad", "since"], name="one_interval_per_start")]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} – {self.until:%Y-%m-%d}"


class PresenceEvent(models.Model):
    """An ad was removed from its library, came back, or its library was closed."""

    class Kind(models.TextChoices):
        REMOVED = "removed", _("removed from the library")
        REAPPEARED = "reappeared", _("back in the library")
        CLOSED = "closed", _("the library was closed")

    class Explanation(models.TextChoices):
        NONE = "", _("not explained")
        RETENTION = "retention", _("by the retention that the platform announces")

    ad = models.ForeignKey(Ad, models.CASCADE, related_name="events", verbose_name=_("ad"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    snapshot = models.ForeignKey(
        LibrarySnapshot, models.PROTECT, null=True, related_name="events", verbose_name=_("library snapshot")
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    explanation = models.CharField(_("explained"), max_length=10, choices=Explanation, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event of an ad")
        verbose_name_plural = _("events of ads")
        constraints = [models.UniqueConstraint(fields=["ad", "kind", "at"], name="one_event_per_time")]
        indexes = [models.Index(fields=["source", "kind", "at"], name="events_by_source")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.at:%Y-%m-%d}"


class AdvertiserTotal(models.Model):
    """What a library announces of one advertiser and payer on a day."""

    snapshot = models.ForeignKey(
        LibrarySnapshot, models.CASCADE, related_name="totals", verbose_name=_("library snapshot")
    )
    advertiser = models.ForeignKey(
        Advertiser, models.PROTECT, related_name="totals", verbose_name=_("advertiser")
    )
    payer = models.CharField(_("paid by"), max_length=500, blank=True)
    ads_count = models.PositiveIntegerField(_("ads"))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    spend_low = models.BigIntegerField(_("spent at least"), null=True, blank=True)
    spend_high = models.BigIntegerField(_("spent at most"), null=True, blank=True)

    class Meta:
        ordering = ["snapshot", "-ads_count", "pk"]
        verbose_name = _("total of an advertiser")
        verbose_name_plural = _("totals of advertisers")
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "advertiser", "payer"], name="one_total_per_payer")
        ]

    def __str__(self) -> str:
        return f"{self.advertiser}: {self.ads_count}"
