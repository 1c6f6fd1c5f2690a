"""Addresses met in incidents, the copy kept of each, whether they still answer; and requests to take them down."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.models.incidents import Incident
from collaborate.models.links import Link
from collaborate.models.messages import Message
from collaborate.models.rooms import Caller, Room
from disinfo.failures import sentence_of


class AddressQuerySet(models.QuerySet["Address"]):
    """Reads of addresses."""

    def due(self) -> Self:
        """Those to be looked at now."""
        return self.filter(next_check_at__lte=timezone.now()).order_by("next_check_at", "pk")

    def open_to(self, caller: Caller) -> Self:
        """Those of incidents, and of messages, in the rooms that the caller may enter."""
        rooms = Room.objects.visible_to(caller)
        said = Message.objects.readable().filter(room__in=rooms, links=OuterRef("link"))
        return self.filter(Q(Exists(said)) | Q(pk__in=self.filter(incidents__room__in=rooms).values("pk")))

    def of(self, incident: Incident) -> Self:
        """Those of an incident, in the order they were met."""
        return self.filter(incidents=incident).select_related("link").order_by("pk")


class Address(models.Model):
    """An address of an incident: copied and hashed when first met, then looked at again until it is long gone."""

    link = models.OneToOneField(Link, models.PROTECT, related_name="address")
    incidents = models.ManyToManyField(Incident, related_name="addresses")
    first_seen_at = models.DateTimeField(_("first met"), default=timezone.now)
    archived_at = models.DateTimeField(_("copied"), null=True)
    file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    mime_type = models.CharField(max_length=100, blank=True)
    text_file = models.CharField(max_length=200, blank=True)
    picture_file = models.CharField(max_length=200, blank=True)
    picture_sha256 = models.CharField(max_length=64, blank=True)
    pictured_at = models.DateTimeField(_("picture taken"), null=True)
    checked_at = models.DateTimeField(_("last looked at"), null=True)
    next_check_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    problem = models.CharField(_("last problem"), max_length=100, blank=True)
    has_answered = models.BooleanField(default=False)
    # First absence, not believed until a second look says the same.
    missed_at = models.DateTimeField(null=True)
    gone_since = models.DateTimeField(_("gone since"), null=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return str(self.link)

    @property
    def why(self) -> str:
        """Why it could not be looked at, in words; nothing where it could."""
        return sentence_of(self.problem)


class TakedownQuerySet(models.QuerySet["Takedown"]):
    """Reads of requests."""

    def running(self) -> Self:
        """Those whose clock runs: neither gone nor given up."""
        return self.filter(gone_at=None, withdrawn_at=None)

    def not_withdrawn(self) -> Self:
        """Those not given up."""
        return self.filter(withdrawn_at=None)

    def counted(self) -> Self:
        """Those that count in figures: of real incidents, not withdrawn."""
        return self.filter(withdrawn_at=None, incident__is_exercise=False)

    def with_steps_left(self) -> Self:
        """The running ones that may have a reminder left."""
        return (
            self.running()
            .filter(reminders__lt=len(Takedown.REMIND_AT))
            .select_related("incident__room", "address__link", "sent_by")
        )

    def sent_in(self, start: datetime, end: datetime) -> Self:
        """Those sent from `start` until before `end`."""
        return self.filter(sent_at__gte=start, sent_at__lt=end)


class Takedown(models.Model):
    """A request to a platform. That it acted is measured by looking at the address, never taken from what it says."""

    REMIND_AT = (2 / 3, 8 / 9, 1.0)
    """Parts of the time it has after which the room is reminded: 60, 80 and 90 minutes of 90."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="takedowns")
    address = models.ForeignKey(Address, models.PROTECT, related_name="takedowns")
    platform = models.CharField(_("platform"), max_length=60)
    target_minutes = models.PositiveIntegerField(_("minutes it has"))
    reference = models.CharField(_("number the platform gave"), max_length=120, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    sent_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    declared_at = models.DateTimeField(_("said to be done"), null=True)
    gone_at = models.DateTimeField(_("seen gone"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    objects = TakedownQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("takedown request")
        verbose_name_plural = _("takedown requests")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "address"], condition=Q(withdrawn_at=None), name="one_open_takedown"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.address}"

    @property
    def elapsed(self) -> timedelta:
        """How long it took, or has taken until now."""
        return (self.gone_at or self.withdrawn_at or timezone.now()) - self.sent_at

    @property
    def minutes(self) -> int:
        """The same in whole minutes."""
        return int(self.elapsed.total_seconds() // 60)

    @property
    def minutes_left(self) -> int:
        """Minutes until its time is over; negative afterwards."""
        return self.target_minutes - self.minutes

    @property
    def state(self) -> str:
        """In one word: sent, acknowledged, declared, acted, withdrawn."""
        if self.withdrawn_at:
            return str(_("withdrawn"))
        if self.gone_at:
            return str(_("acted: seen gone"))
        if self.declared_at:
            return str(_("said to be done, still there"))
        return str(_("acknowledged")) if self.acknowledged_at else str(_("sent"))


def unmet_links() -> "models.QuerySet[Link]":
    """Links of messages in open incidents that are not yet kept as addresses of them."""
    known = Address.incidents.through.objects.filter(
        address__link=OuterRef("pk"), incident__room=OuterRef("messages__room")
    )
    rows = Link.objects.filter(messages__room__incident__isnull=False, messages__deleted_at=None)
    return rows.exclude(messages__room__incident__state=Incident.State.CLOSED).filter(~Exists(known))
