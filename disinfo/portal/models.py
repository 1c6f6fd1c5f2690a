"""Rows that every tool shares: leases, jobs, the outbox, webhooks, the search index."""

import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.models import Organisation
from disinfo.failures import sentence_of


class Lease(models.Model):
    """Who works on `key`, and until when; see disinfo.leases."""

    key = models.CharField(max_length=255, primary_key=True)
    owner = models.CharField(max_length=32)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return self.key


class Job(models.Model):
    """A long piece of work as users see it: a stage, a bar, an error."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=60)
    label = models.CharField(_("label"), max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    stage = models.CharField(_("stage"), max_length=200, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The page that shows the bar."""
        return reverse("job", args=[self.pk])

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {self.State.DONE, self.State.FAILED}


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Reads of the outbox."""

    def due(self) -> Self:
        """Messages whose turn has come, oldest first."""
        return self.filter(state=OutboxMessage.State.WAITING, next_attempt_at__lte=timezone.now()).order_by(
            "pk"
        )


class OutboxMessage(models.Model):
    """A mail or a webhook call, written in the transaction that caused it, sent afterwards by a worker."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("e-mail")
        WEBHOOK = "webhook", _("webhook")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("given up")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    recipient = models.CharField(_("recipient"), max_length=500)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    # A second message with the key of an earlier one is refused: the same event is never told twice.
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(_("payload"))
    webhook = models.ForeignKey("Webhook", models.CASCADE, null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.recipient}"


class DeliveryAttempt(models.Model):
    """What happened when a message was tried once."""

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="deliveries")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    succeeded = models.BooleanField(_("succeeded"))
    detail = models.CharField(_("detail"), max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.detail}"

    @property
    def why(self) -> str:
        """Why it failed, in words for who is called; nothing where it did not."""
        return "" if self.succeeded else sentence_of(self.detail.partition(":")[0])


def _new_webhook_secret() -> str:
    return secrets.token_urlsafe(32)


class Webhook(models.Model):
    """An address that is told of events, each call signed with its secret."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, blank=True, verbose_name=_("organisation")
    )
    url = models.URLField(_("address"), max_length=500)
    events = models.JSONField(
        _("events"),
        default=list,
        blank=True,
        help_text=_('A list such as ["terms.change"]; empty means all.'),
    )
    secret = models.CharField(_("secret"), max_length=64, default=_new_webhook_secret)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.url

    @property
    def last_call(self) -> "DeliveryAttempt | None":
        """How the last call ended; None before the first."""
        return DeliveryAttempt.objects.filter(message__webhook=self).select_related("message").first()

    def wants(self, event: str) -> bool:
        """Whether it is to be told of `event`."""
        return self.is_active and (not self.events or event in self.events)


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Reads of the search index; the full-text match itself is in disinfo.search."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Entries open to all, and those of the user's own vetted organisations."""
        own = Organisation.objects.of(user).values("pk")
        return self.filter(Q(organisation=None) | Q(organisation__in=own))


class SearchEntry(models.Model):
    """One findable thing of one tool; the database keeps a full-text index of `title_words` and `body_words`."""

    tool = models.CharField(max_length=30)
    key = models.CharField(max_length=100)
    kind = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    title_words = models.TextField()
    body_words = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    date = models.DateTimeField(null=True, blank=True)
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, null=True, blank=True)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(fields=["tool", "key"], name="one_search_entry_per_thing")]

    def __str__(self) -> str:
        return self.title


class Counter(models.Model):
    """How often something happened on one day: no cookie, no person, only a sum."""

    name = models.CharField(max_length=80)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "name"]
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="one_counter_per_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}: {self.count}"

    @classmethod
    def add(cls, name: str, amount: int = 1) -> None:
        """Count `amount` more of `name` today, safely beside others who count."""
        today: dict[str, Any] = {"name": name, "day": timezone.now().date()}
        if not cls.objects.filter(**today).update(count=F("count") + amount):
            cls.objects.get_or_create(**today)
            cls.objects.filter(**today).update(count=F("count") + amount)

    @classmethod
    def forget_before(cls, days: int) -> None:
        """Drop what is older than `days`."""
        cls.objects.filter(day__lt=timezone.now().date() - timedelta(days=days)).delete()
