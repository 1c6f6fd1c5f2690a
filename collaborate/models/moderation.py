"""Keeping rooms fit to work in, and what is said within its bounds."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.models.messages import Message
from collaborate.models.rooms import Room


class BanQuerySet(models.QuerySet["Ban"]):
    """Reads of bans."""

    def in_force(self) -> Self:
        """Those not over."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))


class Ban(models.Model):
    """Somebody kept out of a room, for a time or for good."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="bans")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="room_bans")
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    banned_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_ban_each")]

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"


class Report(models.Model):
    """Somebody thinks that a message should not stand; its text is kept as it was then."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    text = models.TextField(_("text when reported"))
    at = models.DateTimeField(_("reported"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["message", "reporter"], name="one_report_each"),
        ]

    def __str__(self) -> str:
        return self.reason


class ShareRequest(models.Model):
    """Somebody wants to take a message to another room, and its originator's organisation has to agree."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")

    message = models.ForeignKey(Message, models.CASCADE, related_name="share_requests")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", verbose_name=_("to the room"))
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    asked_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    reason = models.CharField(_("why"), max_length=300)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    at = models.DateTimeField(_("asked"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("request to share")
        verbose_name_plural = _("requests to share")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "room"], condition=Q(state="waiting"), name="one_open_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.room}"
