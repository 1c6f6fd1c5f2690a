"""What reviewers and programs make of the crowd's answers, and the ads citizens report."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from political_ads.labels import CLASSES
from political_ads.models.crowd import LABEL_NAMES
from political_ads.models.library import Ad, Creative

CLASS_NAMES = [(label.value, LABEL_NAMES[label.value]) for label in CLASSES]


class Gold(models.Model):
    """A creative whose answer is known: it tells how well somebody answers."""

    creative = models.OneToOneField(Creative, models.CASCADE, related_name="gold", verbose_name=_("creative"))
    label = models.CharField(_("right answer"), max_length=16, choices=CLASS_NAMES)
    note = models.TextField(_("why"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("known answer")
        verbose_name_plural = _("known answers")

    def __str__(self) -> str:
        return f"{self.get_label_display()} · {self.creative}"


class Review(models.Model):
    """What one reviewer decided about one creative."""

    creative = models.ForeignKey(Creative, models.CASCADE, related_name="reviews", verbose_name=_("creative"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ad_reviews", verbose_name=_("reviewer")
    )
    label = models.CharField(_("decision"), max_length=16, choices=CLASS_NAMES)
    note = models.TextField(_("why"), max_length=2000)
    created_at = models.DateTimeField(_("decided"), default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [models.UniqueConstraint(fields=["creative", "reviewer"], name="one_review_each")]

    def __str__(self) -> str:
        return f"{self.get_label_display()} · {self.creative}"


class CitizenReport(models.Model):
    """An ad somebody saw elsewhere. Nothing of it is public until a reviewer has let it in."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    platform = models.CharField(_("platform or site"), max_length=60)
    address = models.URLField(_("address"), max_length=500, blank=True)
    advertiser = models.CharField(_("who speaks"), max_length=300, blank=True)
    payer = models.CharField(_("who paid, if it says so"), max_length=300, blank=True)
    text = models.TextField(_("text of the ad"), max_length=5000, blank=True)
    picture = models.ImageField(_("picture"), upload_to="ads/reports/", blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    seen_on = models.DateField(_("seen on"))
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, db_index=True
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ad = models.OneToOneField(Ad, models.SET_NULL, null=True, blank=True, related_name="report")
    network = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("reported ad")
        verbose_name_plural = _("reported ads")
        indexes = [models.Index(fields=["network", "created_at"], name="reports_by_network")]

    def __str__(self) -> str:
        return self.advertiser or self.text[:60] or self.address or str(self.reference)


class MonitorRun(models.Model):
    """One nightly look at all answers: how far people agree, and what the check doubts."""

    ran_at = models.DateTimeField(_("when"), default=timezone.now)
    votes_count = models.PositiveIntegerField(_("votes"))
    tasks_count = models.PositiveIntegerField(_("creatives"))
    # Krippendorff's alpha: {"all": …, "labels": {label: …}, "languages": {language: …}}; null where unknown.
    alpha = models.JSONField(_("agreement"), default=dict)
    doubted_count = models.PositiveIntegerField(_("results doubted"), default=0)
    probation_count = models.PositiveIntegerField(_("sessions put on probation"), default=0)

    class Meta:
        ordering = ["-ran_at", "-pk"]
        verbose_name = _("nightly check")
        verbose_name_plural = _("nightly checks")

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M}"


class TriageRun(models.Model):
    """One training of the text model that orders the queue, and how well it did on what it had not read."""

    trained_at = models.DateTimeField(_("when"), default=timezone.now)
    examples_count = models.PositiveIntegerField(_("examples"))
    political_share = models.FloatField(_("share of political ones"))
    accuracy = models.FloatField(_("accuracy"))
    auc = models.FloatField(_("area under the ROC curve"))
    scored_count = models.PositiveIntegerField(_("creatives ordered by it"), default=0)

    class Meta:
        ordering = ["-trained_at", "-pk"]
        verbose_name = _("text model")
        verbose_name_plural = _("text models")

    def __str__(self) -> str:
        return f"{self.trained_at:%Y-%m-%d %H:%M}"
