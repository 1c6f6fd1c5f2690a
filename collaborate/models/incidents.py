"""Incidents: a room in which an attack is qualified and answered, its checklist, its evidence and its log."""

from datetime import datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaborate.incident_log import START
from collaborate.models.links import Link
from collaborate.models.messages import Attachment, Message
from collaborate.models.rooms import Caller, Room


class ResponseTarget(models.Model):
    """The minutes an organisation gives platforms in the incidents it opens, where they are not the usual ninety."""

    organisation = models.OneToOneField(
        "accounts.Organisation", models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    minutes = models.PositiveIntegerField(
        _("minutes a platform has to act"), validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )

    class Meta:
        ordering = ["organisation"]
        verbose_name = _("target of an organisation")
        verbose_name_plural = _("targets of organisations")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.minutes}"


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Reads of incidents."""

    def visible_to(self, caller: Caller) -> Self:
        """Those whose room the caller may enter; every other one does not exist for them."""
        return self.filter(room__in=Room.objects.visible_to(caller))

    def open(self) -> Self:
        """Those not closed."""
        return self.exclude(state=Incident.State.CLOSED)

    def real(self) -> Self:
        """Those that are no exercise."""
        return self.filter(is_exercise=False)

    def on_board(self) -> Self:
        """The gravest first, of those the oldest first, with what a row shows."""
        rows = self.select_related("room__organisation", "owner")
        return rows.order_by("-severity", "detected_at", "pk")


class Incident(models.Model):
    """An attack under way: a room with a state, clocks, an owner, evidence and a log."""

    class State(models.TextChoices):
        DETECTED = "detected", _("detected")
        QUALIFIED = "qualified", _("qualified")
        RESPONDING = "responding", _("responding")
        CLOSED = "closed", pgettext_lazy("incident", "closed")

    class Severity(models.IntegerChoices):
        LOW = 1, _("low")
        MODERATE = 2, _("moderate")
        HIGH = 3, _("high")
        CRITICAL = 4, _("critical")

    TARGET_MINUTES = 90

    room = models.OneToOneField(Room, models.CASCADE, related_name="incident", verbose_name=_("room"))
    # The message it began with: asked for twice, it is one incident.
    origin = models.OneToOneField(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DETECTED)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.MODERATE)
    owner = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_incidents",
        verbose_name=_("led by"),
    )
    is_exercise = models.BooleanField(_("exercise"), default=False)
    target_minutes = models.PositiveIntegerField(
        _("minutes a platform has to act"),
        default=TARGET_MINUTES,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
    )
    detected_at = models.DateTimeField(_("detected"), default=timezone.now)
    qualified_at = models.DateTimeField(_("qualified"), null=True, blank=True)
    responding_at = models.DateTimeField(_("response began"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    practice = models.CharField(_("practice followed"), max_length=300, blank=True)
    report = models.TextField(_("closing report"), blank=True)
    published_at = models.CharField(_("published at"), max_length=300, blank=True)
    log_count = models.PositiveIntegerField(default=0, editable=False)
    log_head = models.CharField(max_length=64, default=START, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-detected_at", "-pk"]
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [models.Index(fields=["state", "-severity"], name="incidents_by_state")]

    def __str__(self) -> str:
        return self.room.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("collaborate:incident", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Whether it is over."""
        return self.state == self.State.CLOSED

    @property
    def time_to_qualify(self) -> timedelta | None:
        """From detection to qualification; None while it is not qualified."""
        return _between(self.detected_at, self.qualified_at)

    @property
    def time_to_respond(self) -> timedelta | None:
        """From detection to the first response; None before."""
        return _between(self.detected_at, self.responding_at)

    @property
    def age(self) -> timedelta:
        """From detection to its end, or to now."""
        return (self.closed_at or timezone.now()) - self.detected_at


def _between(start: datetime, end: datetime | None) -> timedelta | None:
    return end - start if end else None


class LogEntry(models.Model):
    """One line of an incident's log; written once, never changed (see incident_log.py)."""

    class Kind(models.TextChoices):
        STATE = "state", _("state")
        PEOPLE = "people", _("people")
        CHECKLIST = "checklist", _("checklist")
        EVIDENCE = "evidence", _("evidence")
        CLAIM = "claim", _("claim")
        CRITERION = "criterion", _("criterion")
        TECHNIQUE = "technique", _("technique")
        TAKEDOWN = "takedown", _("takedown request")
        ADDRESS = "address", _("address")
        DECISION = "decision", _("decision")
        NOTE = "note", _("note")
        REPORT = "report", _("report")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="log")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    author = models.CharField(_("by"), max_length=200, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    text = models.TextField(_("what happened"))
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["incident", "number"]
        verbose_name = _("entry of the log")
        verbose_name_plural = _("entries of the log")
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_entry_per_number")]

    def __str__(self) -> str:
        return f"{self.number} · {self.text[:80]}"


class Step(models.Model):
    """Something to do, from the practice that is followed or added by hand."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="steps")
    text = models.CharField(_("what to do"), max_length=300)
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["incident", "text"], name="one_step_per_text")]

    def __str__(self) -> str:
        return self.text


class Evidence(models.Model):
    """What an incident rests on: the permalink of a thing of this portal, an address, or a picture of its room."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="evidence")
    path = models.CharField(_("permalink"), max_length=300, blank=True)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    picture = models.ForeignKey(Attachment, models.CASCADE, null=True, related_name="+")
    note = models.CharField(_("what it shows"), max_length=300, blank=True)
    added_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "path"], condition=~models.Q(path=""), name="evidence_path_once"
            ),
            models.UniqueConstraint(fields=["incident", "link"], name="evidence_link_once"),
            models.UniqueConstraint(fields=["incident", "picture"], name="evidence_picture_once"),
        ]

    def __str__(self) -> str:
        return self.path or (self.link.url if self.link else self.note)
