"""The libraries that are watched, and each look that was taken at one."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from political_ads.completeness import Reason

REASON_NAMES = {
    Reason.NOT_WALKED.value: _("reading stopped before the end"),
    Reason.EMPTY.value: _("it holds nothing"),
    Reason.TOO_FEW.value: _("it holds far fewer ads than the last ones"),
    Reason.TOO_MANY.value: _("it holds more than twice the ads of the last ones"),
    Reason.ADVERTISERS_SILENT.value: _(
        "more than three in a hundred of the advertisers seen last time are not there"
    ),
    Reason.ROWS_REFUSED.value: _("more than one in a hundred of its rows could not be read"),
}


class SourceQuerySet(models.QuerySet["Source"]):
    """Reads of sources."""

    def due(self, at: datetime) -> Self:
        """Interfaces that are to be looked at again."""
        latest = models.Subquery(
            LibrarySnapshot.objects.filter(source=models.OuterRef("pk"))
            .order_by("-taken_at")
            .values("taken_at")[:1]
        )
        # On SQLite, Django multiplies durations by its plain integers only.
        number = Cast("every_hours", models.IntegerField())
        hours = models.ExpressionWrapper(number * timedelta(hours=1), output_field=models.DurationField())
        waiting = self.filter(kind=Source.Kind.API, is_active=True, is_closed_since=None)
        return waiting.annotate(latest=latest).filter(Q(latest=None) | Q(latest__lte=at - hours))


class Source(models.Model):
    """A library of ads of one platform in one country, or the portal's own captures by citizens."""

    class Format(models.TextChoices):
        META = "meta", _("Meta Ad Library")
        TOTALS = "totals", _("totals by advertiser (Meta report)")
        GOOGLE = "google", _("Google transparency bundle")
        SNAPCHAT = "snapchat", _("Snapchat political ads library")
        IRA = "ira", _("Internet Research Agency table")
        DSA = "dsa", _("repository under article 39 of the DSA")
        GENERIC = "generic", _("another table, by a map of columns")

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
    format = models.CharField(
        _("format"),
        max_length=10,
        choices=Format,
        default=Format.GENERIC,
        help_text=_("How its files are read."),
    )
    column_map = models.JSONField(
        _("map of columns"),
        default=dict,
        blank=True,
        help_text=_(
            'For other tables: our field and its column, such as {"external_id": "ID", "text": "Body"}.'
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)
    every_hours = models.PositiveSmallIntegerField(
        _("hours between two looks"), default=24, help_text=_("For programming interfaces.")
    )
    retention_days = models.PositiveIntegerField(
        _("kept for, in days"),
        null=True,
        blank=True,
        help_text=_(
            "How long the platform says it keeps an ad after its last showing; what goes later is explained."
        ),
    )
    purged_before = models.DateField(
        _("ads stopped up to this day were purged"),
        null=True,
        blank=True,
        help_text=_(
            "When the library took out at once what had stopped by a day: those removals are explained."
        ),
    )
    is_closed_since = models.DateTimeField(
        _("archive closed since"),
        null=True,
        blank=True,
        help_text=_(
            "When the platform erased or stopped its library: its ads are then not counted as removed."
        ),
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name


class LibrarySnapshotQuerySet(models.QuerySet["LibrarySnapshot"]):
    """Reads of library snapshots."""

    def complete(self) -> Self:
        """Those that may say that an ad is gone, oldest first."""
        return self.filter(status=LibrarySnapshot.Status.COMPLETE).order_by("taken_at", "pk")

    def of_ads(self) -> Self:
        """Those that list ads, not totals."""
        return self.filter(of_totals=False)

    def pair(self, source: str, earlier: int, later: int) -> "tuple[LibrarySnapshot, LibrarySnapshot] | None":
        """Two complete snapshots of one library, in the order of time; None when they are not that."""
        # Each by itself: a number that no column holds is then nobody's, not a fault of the database.
        both = Q(pk=earlier) | Q(pk=later)
        rows = self.complete().of_ads().filter(both, source__slug=source)
        found = list(rows.select_related("source"))
        return (found[0], found[1]) if [each.pk for each in found] == [earlier, later] else None


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
    of_totals = models.BooleanField(
        _("of totals"), default=False, help_text=_("It says how many ads each advertiser has, not which.")
    )
    # How many rows are in the database: where an import that was killed goes on.
    rows_done = models.PositiveIntegerField(default=0, editable=False)
    # The first refused rows, each [line, reason].
    refusals = models.JSONField(_("refused rows"), default=list, blank=True)
    removed_count = models.PositiveIntegerField(_("ads removed"), default=0)
    explained_count = models.PositiveIntegerField(_("of which by retention"), default=0)
    reappeared_count = models.PositiveIntegerField(_("ads that came back"), default=0)
    seen_count = models.PositiveIntegerField(_("ads seen"), default=0)
    added_count = models.PositiveIntegerField(_("ads added"), default=0)
    changed_count = models.PositiveIntegerField(_("ads changed"), default=0)
    refused_count = models.PositiveIntegerField(_("rows refused"), default=0)
    expected_count = models.PositiveIntegerField(_("ads announced by the platform"), null=True, blank=True)

    objects = LibrarySnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["source", "-taken_at", "-pk"]
        verbose_name = _("library snapshot")
        verbose_name_plural = _("library snapshots")
        constraints = [
            models.UniqueConstraint(fields=["source", "taken_at", "of_totals"], name="one_snapshot_per_time"),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.taken_at:%Y-%m-%d %H:%M}"

    @property
    def reason_names(self) -> list[str]:
        """Why it is not complete, in words."""
        return [str(REASON_NAMES.get(reason, reason)) for reason in self.reasons]
