"""What people say: reviewers of clusters and of sampled accounts, and those who ask for a reply or to be forgotten."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from botdetect.models.runs import Cluster, Member


class Review(models.Model):
    """One reviewer's decision on a cluster."""

    class Decision(models.TextChoices):
        COORDINATED = "coordinated", _("coordinated, and to be shown")
        INNOCENT = "innocent", _("an innocent explanation holds")
        UNDECIDED = "undecided", _("cannot be decided")

    class Tag(models.TextChoices):
        DORMANT = "dormant", _("dormant accounts")
        AMPLIFIER = "amplifier", _("amplifiers")
        SIAMESE = "siamese", _("siamese accounts")
        SEDUCTION = "seduction", _("seducers")
        PORN = "porn", _("porn bots")
        ORGANISATION = "organisation", _("an organisation")

    class Explanation(models.TextChoices):
        SHARE_BUTTON = "share_button", _("a share button")
        FEED = "feed", _("a feed or a scheduling service")
        TV = "tv", _("a moment on television")
        FANS = "fans", _("a fan club")
        CALL = "call", _("a campaign with a published call")

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )
    decision = models.CharField(_("decision"), max_length=12, choices=Decision)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    explanations = models.JSONField(_("innocent explanations looked into"), default=list, blank=True)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "reviewer"], name="one_cluster_review_per_reviewer")
        ]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.get_decision_display()}"


class Verdict(models.Model):
    """One reviewer's judgement of a sampled account: what the published precision is made of."""

    class Judgement(models.TextChoices):
        PART = "part", _("takes part in the coordination")
        NOT_PART = "not_part", _("does not")
        UNKNOWN = "unknown", _("cannot be told")

    member = models.ForeignKey(Member, models.CASCADE, related_name="verdicts")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    judgement = models.CharField(_("judgement"), max_length=10, choices=Judgement)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.UniqueConstraint(fields=["member", "reviewer"], name="one_verdict_per_reviewer")
        ]

    def __str__(self) -> str:
        return self.get_judgement_display()


class PublicRequest(models.Model):
    """Someone uses the right of reply, or asks to be forgotten."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("reply to a published cluster")
        ERASE = "erase", _("have an account forgotten")

    kind = models.CharField(_("what you ask for"), max_length=10, choices=Kind)
    account = models.CharField(_("account concerned"), max_length=120, blank=True)
    email = models.EmailField(_("your e-mail address"))
    text = models.TextField(_("what you wish to say"), max_length=5000)
    is_settled = models.BooleanField(_("settled"), default=False)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("request from the public")
        verbose_name_plural = _("requests from the public")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.created_at:%Y-%m-%d}"
