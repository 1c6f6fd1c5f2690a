"""Who wants to be told of which changes, how, and what waits to be told."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terms_tracker.models.records import Version
from terms_tracker.models.topics import Topic
from terms_tracker.models.tracked import Collection, Service


def _new_secret() -> str:
    return secrets.token_urlsafe(24)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Reads of subscriptions."""

    def candidates(self, version: Version) -> Self:
        """Those whose collection, service, type and topic are this version's, or are left open."""
        service = version.terms.service
        return self.filter(
            Q(collection=None) | Q(collection=service.collection_id),
            Q(service=None) | Q(service=service.pk),
            Q(terms_type="") | Q(terms_type__iexact=version.terms.type),
            Q(topic=None) | Q(topic__in=version.topics.all()),
            owner__is_active=True,
        ).distinct()

    def due(self, at: datetime) -> Self:
        """Those with something to tell, whose turn has come."""
        is_due = Q(next_at=None) | Q(next_at__lte=at)
        return self.filter(is_due, notices__isnull=False, owner__is_active=True).distinct().order_by("pk")


class Subscription(models.Model):
    """What one person follows: each thing that is left open means any; all left open means every change."""

    class Way(models.TextChoices):
        FEED = "feed", _("only by the feed")
        MAIL = "mail", _("e-mail, at once")
        DAILY = "daily", _("e-mail, once a day")
        WEEKLY = "weekly", _("e-mail, once a week")
        WEBHOOK = "webhook", _("signed webhook, at once")
        ROOM = "room", _("in a chat room, at once")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="terms_subscriptions")
    collection = models.ForeignKey(
        Collection, models.CASCADE, null=True, blank=True, verbose_name=_("collection")
    )
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, verbose_name=_("service"))
    terms_type = models.CharField(_("type of terms"), max_length=120, blank=True)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, verbose_name=_("topic"))
    phrase = models.CharField(_("phrase"), max_length=300, blank=True)
    with_folded = models.BooleanField(_("also changes of layout, links and dates"), default=False)
    way = models.CharField(_("told by"), max_length=10, choices=Way, default=Way.DAILY)
    # The address of a room of this portal, which another tool keeps.
    room = models.CharField(_("room"), max_length=300, blank=True)
    # Its own row of the portal's webhooks: signed by its own secret, told of nothing else.
    webhook = models.ForeignKey(
        "portal.Webhook", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    secret = models.CharField(max_length=40, unique=True, default=_new_secret, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        named = [self.service, self.terms_type, self.topic, self.collection]
        parts = [str(each) for each in named if each]
        if self.phrase:
            parts.append(gettext("“%(text)s”") % {"text": self.phrase})
        return " · ".join(parts) or str(_("Every change"))

    def get_feed_url(self) -> str:
        """Its Atom feed, at an address that only its owner knows."""
        return reverse("terms:followed_feed", args=[self.secret])

    @property
    def is_by_mail(self) -> bool:
        """Whether it is told by mail."""
        return self.way in {self.Way.MAIL, self.Way.DAILY, self.Way.WEEKLY}

    def next_digest(self, now: datetime) -> datetime | None:
        """When it may be told again after `now`; None for at once."""
        days = {self.Way.DAILY: 1, self.Way.WEEKLY: 7}.get(self.Way(self.way))
        return now + timedelta(days=days) if days else None


class Notice(models.Model):
    """A change that one subscription is to be told of; deleted in the transaction that puts it into the outbox."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="notices")
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "version"], name="one_notice_a_change")
        ]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.version}"
