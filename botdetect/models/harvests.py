"""What is asked of an interface that costs money: how far it got, and what it has cost."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from botdetect.models.collections import Collection
from botdetect.permissions import Caller, owned_by

MICROS = 1_000_000
"""Money is kept in millionths, so that sums are exact on every database."""


class HarvestQuerySet(models.QuerySet["Harvest"]):
    """Reads of harvests."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the collections the caller may read."""
        return self.filter(owned_by(caller, "collection__"))

    def due(self) -> Self:
        """Those a worker may go on with now, oldest first."""
        is_time = Q(resume_at=None) | Q(resume_at__lte=timezone.now())
        return self.filter(is_time, state__in=Harvest.MOVING).order_by("pk")


class Harvest(models.Model):
    """One piece of work for X within a budget; it is estimated, then waits for a person to start it."""

    class Kind(models.TextChoices):
        SEARCH = "search", _("posts that match a search")
        POSTS = "posts", _("posts of accounts")
        USERS = "users", _("profiles of accounts")
        FOLLOWERS = "followers", _("followers of accounts")
        FOLLOWING = "following", _("accounts that they follow")
        CRAWL = "crawl", _("followers, and the followers of those that look dormant")

    class State(models.TextChoices):
        ESTIMATING = "estimating", _("being estimated")
        READY = "ready", _("estimated, to be started")
        RUNNING = "running", _("running")
        SPENT = "spent", _("budget spent")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")
        DONE = "done", _("done")

    MOVING = (State.ESTIMATING, State.RUNNING)
    RESTING = (State.READY, State.SPENT, State.STOPPED, State.FAILED)

    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="harvests", verbose_name=_("collection")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    asked = models.JSONField(_("asked"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ESTIMATING)
    problem = models.TextField(_("problem"), blank=True)
    is_stop_asked = models.BooleanField(default=False)
    resume_at = models.DateTimeField(_("goes on at"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    estimated_reads = models.PositiveBigIntegerField(_("reads, estimated"), null=True, blank=True)
    estimated_micros = models.PositiveBigIntegerField(null=True, blank=True)
    most_micros = models.PositiveBigIntegerField()
    spent_micros = models.PositiveBigIntegerField(default=0)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    reads = models.PositiveBigIntegerField(_("reads"), default=0)
    unread = models.PositiveIntegerField(_("results that could not be read"), default=0)
    job = models.OneToOneField("portal.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = HarvestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("harvest")
        verbose_name_plural = _("harvests")
        indexes = [models.Index(fields=["state"], name="harvest_state")]

    def __str__(self) -> str:
        return f"{self.collection} · {self.get_kind_display()} · {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("bots:harvest", args=[self.pk])

    @property
    def most_money(self) -> Decimal:
        """Its budget, in dollars."""
        return Decimal(self.most_micros) / MICROS

    @property
    def money(self) -> Decimal:
        """What it has cost at most, in dollars: a request that was cut off counts in full."""
        return Decimal(self.spent_micros) / MICROS

    @property
    def estimated_money(self) -> Decimal | None:
        """What all of it would cost, in dollars; None while that is not known."""
        return None if self.estimated_micros is None else Decimal(self.estimated_micros) / MICROS

    @property
    def is_moving(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in self.MOVING

    @property
    def is_resting(self) -> bool:
        """Whether a person may start it, or have it go on."""
        return self.state in self.RESTING


class TargetQuerySet(models.QuerySet["Target"]):
    """Reads of targets."""

    def left(self) -> Self:
        """Those not read to the end, in the order they are read in."""
        return self.filter(is_done=False).order_by("depth", "pk")

    def dormant(self) -> Self:
        """Accounts that the dormant rule held for on the way."""
        return self.filter(depth__gt=0).order_by("pk")


class Target(models.Model):
    """One thing that a harvest reads to its end, page by page: a search, or an account."""

    harvest = models.ForeignKey(Harvest, models.CASCADE, related_name="targets")
    name = models.CharField(_("account"), max_length=120)
    depth = models.PositiveSmallIntegerField(_("steps from a seed"), default=0)
    through = models.CharField(_("found among the followers of"), max_length=120, blank=True)
    since = models.CharField(max_length=30, blank=True)
    cursor = models.TextField(blank=True)
    oldest = models.CharField(max_length=30, blank=True)
    newest = models.CharField(max_length=30, blank=True)
    restarts = models.PositiveSmallIntegerField(default=0)
    expected = models.PositiveBigIntegerField(_("results expected"), null=True, blank=True)
    found = models.PositiveBigIntegerField(_("results"), default=0)
    is_done = models.BooleanField(_("read to the end"), default=False)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["harvest", "depth", "pk"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [models.UniqueConstraint(fields=["harvest", "name"], name="one_target_per_name")]
        indexes = [
            models.Index(fields=["harvest", "is_done", "depth", "id"], name="target_left"),
            models.Index(fields=["name"], name="target_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Spending(models.Model):
    """What a month has cost on X, all harvests and looks together: counted before each request goes out."""

    month = models.CharField(_("month"), max_length=7, unique=True)
    micros = models.PositiveBigIntegerField(default=0)
    look_micros = models.PositiveBigIntegerField(default=0)
    calls = models.PositiveIntegerField(_("calls"), default=0)

    class Meta:
        ordering = ["-month"]
        verbose_name = _("spending")
        verbose_name_plural = _("spendings")

    def __str__(self) -> str:
        return f"{self.month}: {self.money} $"

    @property
    def money(self) -> Decimal:
        """In dollars."""
        return Decimal(self.micros) / MICROS
