"""What was recorded: snapshots as fetched, versions as extracted. Rows index git, which is the truth."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from terms_tracker.changes import FOLDED
from terms_tracker.models.topics import Topic
from terms_tracker.models.tracked import Terms
from terms_tracker.models.visibility import Caller, visible


class Record(models.Model):
    """A commit of one of the two archives."""

    class Kind(models.TextChoices):
        FIRST = "first", _("first record")
        CHANGE = "change", _("change")
        UPGRADE = "upgrade", _("technical upgrade")

    commit = models.CharField(_("commit"), max_length=40)
    path = models.CharField(_("path"), max_length=500)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    fetched_at = models.DateTimeField(_("fetched"), db_index=True)
    metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.path} · {self.commit[:10]}"


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Reads of snapshots."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the collections the caller may read."""
        return self.filter(visible(caller, "terms__service__collection__"))


class Snapshot(Record):
    """A document as it was fetched."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="snapshots", verbose_name=_("terms"))
    document_id = models.CharField(max_length=200, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-fetched_at", "-pk"]
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [models.UniqueConstraint(fields=["terms", "commit"], name="one_snapshot_per_commit")]
        indexes = [models.Index(fields=["commit"], name="snapshot_by_commit")]

    def get_absolute_url(self) -> str:
        """The file as it was fetched, to download."""
        return reverse("terms:snapshot", args=[self.commit])

    @property
    def is_pdf(self) -> bool:
        """Whether it is a PDF; HTML otherwise."""
        return self.path.lower().endswith(".pdf")


class VersionQuerySet(models.QuerySet["Version"]):
    """Reads of versions."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the collections the caller may read."""
        return self.filter(visible(caller, "terms__service__collection__"))

    def changes(self) -> Self:
        """Those that changed what users are told: no first records, no technical upgrades."""
        return self.filter(kind=Record.Kind.CHANGE)

    def worth_reading(self) -> Self:
        """Without those that say nothing new; what nobody has classed yet stays."""
        return self.exclude(change_class__in=[each.value for each in FOLDED])

    def counted_by_class(self) -> dict[str, int]:
        """How many there are of each class; of what nobody has classed yet under the empty name."""
        return dict(self.order_by().values_list("change_class").annotate(Count("pk")))

    def newest_first(self) -> Self:
        """By date, with all that a list shows."""
        return self.select_related("terms__service__collection").order_by("-fetched_at", "-pk")

    def at(self, moment: datetime) -> "Version | None":
        """The version in force at `moment`; the first one when there was none yet; None when there is none at all."""
        before = self.filter(fetched_at__lte=moment).order_by("-fetched_at", "-pk").first()
        return before or self.order_by("fetched_at", "pk").first()


class Version(Record):
    """The text of a terms, in Markdown, as extracted from its snapshots. With the one before it, it makes a change."""

    class ChangeClass(models.TextChoices):
        BLINK = "blink", _("back to an earlier text")
        LAYOUT = "layout", _("layout only")
        LINKS = "links", _("links only")
        DATES = "dates", _("dates or counters only")
        WORDING = "wording", _("wording")
        SUBSTANCE = "substance", _("substance")

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="versions", verbose_name=_("terms"))
    snapshot_commits = models.JSONField(default=list, blank=True)
    characters = models.PositiveIntegerField(_("characters"), default=0)
    # Unknown (null) for what was indexed in bulk: comparing 40,000 versions at once would take an hour.
    words_added = models.PositiveIntegerField(_("words added"), null=True, blank=True)
    words_removed = models.PositiveIntegerField(_("words removed"), null=True, blank=True)
    # What `changes` says of it; see services/classifying.
    blob = models.CharField(max_length=40, blank=True, editable=False)
    change_class = models.CharField(
        _("class"), max_length=12, choices=ChangeClass, blank=True, editable=False
    )
    significance = models.FloatField(_("significance"), null=True, blank=True, editable=False)
    effective_on = models.DateField(_("says it applies from"), null=True, blank=True, editable=False)
    keeps_date = models.BooleanField(_("date not changed"), default=False, editable=False)
    touched = models.JSONField(default=dict, blank=True, editable=False)
    rules = models.PositiveSmallIntegerField(default=0, editable=False)
    # Whether the history of sentences knows it; see services/remembering.
    is_remembered = models.BooleanField(default=False, editable=False)
    # False from the transaction that makes its row until those who follow it have their notice; see services/following.
    is_told = models.BooleanField(default=True, editable=False)
    topics = models.ManyToManyField(Topic, blank=True, related_name="versions", verbose_name=_("topics"))

    objects = VersionQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-fetched_at", "-pk"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["terms", "commit"], name="one_version_per_commit")]
        indexes = [
            models.Index(fields=["commit"], name="version_by_commit"),
            models.Index(fields=["terms", "-fetched_at"], name="version_timeline"),
            models.Index(fields=["kind", "-fetched_at"], name="version_changes"),
            # Holds all that is asked to count what a list shows and folds, so that no row is read for it.
            models.Index(
                fields=["kind", "change_class", "-fetched_at", "terms"], name="version_by_class_and_terms"
            ),
            models.Index(fields=["kind", "-significance"], name="version_by_significance"),
            models.Index(fields=["terms", "blob"], name="version_by_blob"),
            models.Index(fields=["rules", "terms"], name="version_to_classify"),
            models.Index(fields=["terms"], condition=Q(is_remembered=False), name="version_to_remember"),
            models.Index(fields=["fetched_at"], condition=Q(is_told=False), name="version_to_tell"),
        ]

    def get_absolute_url(self) -> str:
        """The text itself."""
        return reverse("terms:version", args=[self.commit])

    def get_change_url(self) -> str:
        """What it changed, as a diff."""
        return reverse("terms:change", args=[self.commit])

    def previous(self) -> "Version | None":
        """The version of the same terms just before this one."""
        before = Q(fetched_at__lt=self.fetched_at) | Q(fetched_at=self.fetched_at, pk__lt=self.pk)
        return self.terms.versions.filter(before).order_by("-fetched_at", "-pk").first()

    def next(self) -> "Version | None":
        """The version of the same terms just after this one."""
        after = Q(fetched_at__gt=self.fetched_at) | Q(fetched_at=self.fetched_at, pk__gt=self.pk)
        return self.terms.versions.filter(after).order_by("fetched_at", "pk").first()
