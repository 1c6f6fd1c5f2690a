"""What is tracked: collections, their services, the terms of each, and how their tracking goes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Self, TypedDict, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import WithAnnotations

from disinfo import failures
from terms_tracker.models.visibility import Caller, visible

_CLOCK_TOLERANCE = timedelta(minutes=1)


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Reads of collections."""

    def visible_to(self, caller: Caller) -> Self:
        """Those the caller may read."""
        return self.filter(visible(caller, ""))


def check_key_is_free(key: str) -> None:
    """Refuse identifiers that are the first word of one of our own addresses."""
    if key in {
        *("changes", "feed", "version", "change", "snapshot", "demo", "clauses", "data", "follow", "memos"),
        *("evidence", "coverage", "suggest", "statistics", "topics"),
    }:
        raise ValidationError(_("This word is taken by the portal itself."))


class Collection(models.Model):
    """A set of services tracked together, with its two archives: snapshots (as fetched), versions (as extracted)."""

    key = models.CharField(
        _("identifier"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Lower-case letters, digits and hyphens.")),
            check_key_is_free,
        ],
    )
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    jurisdictions = models.JSONField(_("jurisdictions"), default=list, blank=True)
    # As Open Terms Archive's metadata.yml describes a collection, but for what has a field of its own.
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    is_public = models.BooleanField(_("public"), default=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, verbose_name=_("organisation")
    )
    # The last commit of each archive that the rows know of; what lies after it is indexed by the next sweep.
    snapshots_indexed = models.CharField(max_length=40, blank=True, editable=False)
    versions_indexed = models.CharField(max_length=40, blank=True, editable=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.name

    def archive_path(self, kind: str) -> Path:
        """Where its archive of `kind` (snapshots or versions) lies."""
        return Path(settings.ARCHIVES_DIR) / self.key / f"{kind}.git"


class Summary(TypedDict):
    """What a list says of a service."""

    terms_count: int
    last_change_at: datetime | None
    last_success_at: datetime | None
    failing_count: int
    active_count: int


class ServiceQuerySet(models.QuerySet["Service"]):
    """Reads of services."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the collections the caller may read."""
        return self.filter(visible(caller, "collection__"))

    def with_summary(self) -> "models.QuerySet[WithAnnotations[Service, Summary]]":
        """Each with its number of terms, last change and number of failing terms."""
        is_tracked = Q(terms__is_active=True) & ~Q(terms__declaration={})
        summed = self.annotate(
            terms_count=Count("terms"),
            last_change_at=Max("terms__last_change_at"),
            last_success_at=Max("terms__last_success_at"),
            failing_count=Count("terms", filter=is_tracked & ~Q(terms__error_code="")),
            active_count=Count("terms", filter=is_tracked),
        ).order_by("name", "pk")
        return cast("models.QuerySet[WithAnnotations[Service, Summary]]", summed)


class Service(models.Model):
    """An online service, such as a social network; its key is its name in the archives."""

    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="services", verbose_name=_("collection")
    )
    key = models.CharField(_("identifier"), max_length=120)
    slug = models.SlugField(max_length=140)
    name = models.CharField(_("name"), max_length=160)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(fields=["collection", "key"], name="one_service_per_key"),
            models.UniqueConstraint(fields=["collection", "slug"], name="one_service_per_slug"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("terms:service", args=[self.collection.key, self.slug])


class TermsQuerySet(models.QuerySet["Terms"]):
    """Reads of terms."""

    def visible_to(self, caller: Caller) -> Self:
        """Those of the collections the caller may read."""
        return self.filter(visible(caller, "service__collection__"))

    def tracked(self) -> Self:
        """Those that are declared and not paused."""
        return self.filter(is_active=True).exclude(declaration={})

    def due(self, at: datetime | None = None) -> Self:
        """Those whose turn to be checked has come, the longest waiting first.

        Also those checked in the future: the clock was wrong then, and so is the time of their next check.
        """
        now = at or timezone.now()
        is_due = Q(next_check_at__lte=now) | Q(last_checked_at__gt=now + _CLOCK_TOLERANCE)
        return self.tracked().filter(is_due).order_by("next_check_at", "pk")

    def failing(self) -> Self:
        """Those whose last check failed."""
        return self.exclude(error_code="")

    def with_counts(self) -> Self:
        """Each with the number of its versions."""
        return self.annotate(versions_count=Count("versions"))


class Terms(models.Model):
    """A document of a service, of one type (privacy policy, terms of service…), and how its tracking goes."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="terms", verbose_name=_("service"))
    type = models.CharField(_("type"), max_length=120)
    slug = models.SlugField(max_length=140)
    declaration = models.JSONField(
        _("declaration"), default=dict, blank=True, help_text=_("As in an Open Terms Archive collection.")
    )
    history = models.JSONField(_("earlier declarations"), default=list, blank=True)
    is_active = models.BooleanField(_("tracked"), default=True)
    host = models.CharField(max_length=255, blank=True, editable=False, db_index=True)

    next_check_at = models.DateTimeField(_("next check"), default=timezone.now, db_index=True)
    interval = models.PositiveIntegerField(_("interval in seconds"), default=3600)
    last_checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    last_change_at = models.DateTimeField(_("last change"), null=True, blank=True)
    extracted_from = models.JSONField(default=list, editable=False)
    engine = models.CharField(max_length=40, blank=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_message = models.TextField(_("error message"), blank=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        ordering = ["service__name", "type", "pk"]
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        constraints = [
            models.UniqueConstraint(fields=["service", "type"], name="one_terms_per_type"),
            models.UniqueConstraint(fields=["service", "slug"], name="one_terms_per_slug"),
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.type}"

    def get_absolute_url(self) -> str:
        """Its timeline."""
        return reverse("terms:timeline", args=[self.service.collection.key, self.service.slug, self.slug])

    @property
    def organisation_id(self) -> int | None:
        """The organisation that the collection belongs to, for permissions."""
        return self.service.collection.organisation_id

    @property
    def is_public(self) -> bool:
        """Whether anyone may read it."""
        return self.service.collection.is_public

    @property
    def health(self) -> str:
        """One word: paused, failing, ok or waiting."""
        if not self.is_active or not self.declaration:
            return "paused"
        if self.error_code:
            return "failing"
        return "ok" if self.last_success_at else "waiting"

    @property
    def failure(self) -> str:
        """Why the last check failed, in the reader's language; nothing when it did not."""
        return failures.sentence_of(self.error_code)

    @staticmethod
    def host_of(url: str) -> str:
        """The host an address is on, which checks are grouped by."""
        return (urlsplit(url).netloc or "").rpartition("@")[2].lower()[:255]

    def schedule_next(self, now: datetime, seconds: float) -> None:
        """Set the next check `seconds` from `now`."""
        self.next_check_at = now + timedelta(seconds=seconds)


class SourceDocument(models.Model):
    """One address that a terms is read from, with what the server said of it last time."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="documents", verbose_name=_("terms"))
    position = models.PositiveSmallIntegerField()
    document_id = models.CharField(max_length=200, blank=True)
    location = models.URLField(_("address"), max_length=1000)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    snapshot = models.ForeignKey("Snapshot", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["terms", "position"]
        verbose_name = _("source document")
        verbose_name_plural = _("source documents")
        constraints = [
            models.UniqueConstraint(fields=["terms", "position"], name="one_document_per_position")
        ]

    def __str__(self) -> str:
        return self.location
