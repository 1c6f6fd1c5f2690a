"""What was found: a run over a collection, its clusters, their members and edges."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from botdetect.models.collections import Collection
from botdetect.permissions import Caller, owned_by


class RunQuerySet(models.QuerySet["Run"]):
    """Reads of runs."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the collections the caller may read."""
        return self.filter(owned_by(caller, "collection__"))

    def unfinished(self) -> Self:
        """Those asked for and not over, oldest first."""
        return self.filter(state__in=(Run.State.WAITING, Run.State.RUNNING)).order_by("pk")


class Run(models.Model):
    """One search for accounts that act as one: the same input, parameters and version give the same result."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="runs", verbose_name=_("collection")
    )
    trace = models.CharField(_("trace"), max_length=20)
    parameters = models.JSONField(_("parameters"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    is_cancel_asked = models.BooleanField(default=False)
    job = models.OneToOneField("portal.Job", models.SET_NULL, null=True, blank=True)
    input_hash = models.CharField(_("hash of the input"), max_length=64, blank=True)
    result_hash = models.CharField(_("hash of the result"), max_length=64, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return f"{self.collection} · {self.trace} · {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("bots:run", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}


class ClusterQuerySet(models.QuerySet["Cluster"]):
    """Reads of clusters."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the collections the caller may read."""
        return self.filter(owned_by(caller, "run__collection__"))

    def published(self) -> Self:
        """Those that two reviewers confirmed and one of them published, newest first."""
        return self.filter(state=Cluster.State.PUBLISHED).order_by("-published_at", "-pk")

    def watched(self) -> Self:
        """Those whose accounts are looked at again: all that nobody has dismissed."""
        return self.exclude(state=Cluster.State.DISMISSED)

    def to_review(self) -> Self:
        """Those that wait for a decision, those with the most accounts first."""
        return self.filter(state=Cluster.State.TO_REVIEW).order_by("-accounts_count", "pk")


class Cluster(models.Model):
    """Accounts of one run that act as one, and what reviewers made of it."""

    class State(models.TextChoices):
        TO_REVIEW = "to_review", _("to review")
        CONFIRMED = "confirmed", _("confirmed by two reviewers")
        DISMISSED = "dismissed", _("dismissed")
        PUBLISHED = "published", _("published")

    run = models.ForeignKey(Run, models.CASCADE, related_name="clusters", verbose_name=_("run"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=160, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TO_REVIEW)
    accounts_count = models.PositiveIntegerField(_("accounts"))
    edges_count = models.PositiveIntegerField(_("edges"))
    most_objects = models.PositiveIntegerField(_("most objects of one edge"))
    largest_q = models.FloatField(_("largest q"))
    traces = models.JSONField(_("traces"), default=dict)
    layout = models.JSONField(default=dict, editable=False)
    aggregates = models.JSONField(default=dict, editable=False)
    explanations = models.JSONField(_("innocent explanations looked into"), default=list, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        ordering = ["run", "number"]
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_cluster_per_number")]

    def __str__(self) -> str:
        return self.title or _("Cluster %(run)s-%(number)s") % {"run": self.run_id, "number": self.number}

    def get_absolute_url(self) -> str:
        """Its page for reviewers."""
        return reverse("bots:cluster", args=[self.pk])

    def get_public_url(self) -> str:
        """Its page for everyone, once it is published."""
        return reverse("bots:published", args=[self.pk])


class Member(models.Model):
    """An account in a cluster; the number is its place in the run."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="members")
    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="members")
    number = models.PositiveIntegerField()
    name = models.CharField(_("identifier"), max_length=120)
    core = models.PositiveIntegerField(_("core"))
    degree = models.PositiveIntegerField(_("degree"))
    is_sampled = models.BooleanField(_("in the audit sample"), default=False)

    class Meta:
        ordering = ["cluster", "-degree", "number"]
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_member_per_number")]
        indexes = [models.Index(fields=["name"], name="member_name")]

    def __str__(self) -> str:
        return self.name


class EdgeQuerySet(models.QuerySet["Edge"]):
    """Reads of edges."""

    def strongest(self) -> Self:
        """Those on most objects first."""
        return self.order_by("-objects_count", "q", "a", "b")


class Edge(models.Model):
    """Two members that met more often than chance; `cluster` is empty when they are in two clusters."""

    # PostgreSQL would look each key of millions of rows up at the commit: most of the time of storing. A run is stored
    # in one transaction with its clusters and members, whose keys are checked, and deleted by cascade.
    run = models.ForeignKey(Run, models.CASCADE, related_name="edges", db_index=False, db_constraint=False)
    cluster = models.ForeignKey(Cluster, models.CASCADE, null=True, related_name="edges", db_constraint=False)
    a = models.PositiveIntegerField()
    b = models.PositiveIntegerField()
    shares = models.PositiveIntegerField(_("pairs of shares"))
    objects_count = models.PositiveIntegerField(_("objects"))
    fast = models.PositiveIntegerField(_("in the fast window"), default=0)
    expected = models.FloatField(_("expected by chance (λ)"))
    p = models.FloatField("p")
    q = models.FloatField("q")

    objects = EdgeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("edge")
        verbose_name_plural = _("edges")
        constraints = [models.CheckConstraint(condition=Q(a__lt=F("b")), name="edge_is_in_order")]

    def __str__(self) -> str:
        return f"{self.a}–{self.b}"
