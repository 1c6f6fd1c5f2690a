"""What each person has kept, seen, and is told of."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.models.messages import Message
from collaborate.models.rooms import Room


class Saved(models.Model):
    """A message somebody wants to find again."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="saved_messages")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("saved message")
        verbose_name_plural = _("saved messages")
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="saved_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.message_id}"


class Sighting(models.Model):
    """That a person was shown a message that bears a strict mark: the first time only."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="sightings")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    at = models.DateTimeField(_("seen"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="first_sighting")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.message_id}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Reads of notifications."""

    def open_to(self, user: object) -> Self:
        """Those of a user about rooms they may still enter, the newest first."""
        rooms = Room.objects.visible_to(user)  # type: ignore[arg-type]  # any caller: strangers get none
        rows = self.filter(
            user=user, message__room__in=rooms, message__deleted_at=None, message__hidden_at=None
        )
        return rows.select_related("message__room", "message__author").order_by("-pk")

    def unread(self) -> Self:
        """Those not looked at yet."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """That somebody is concerned by a message."""

    class Kind(models.TextChoices):
        MENTION = "mention", _("mentions you")
        REPLY = "reply", _("replies in your thread")
        DIRECT = "direct", _("writes to you")
        TASK = "task", _("gives you a task")

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="room_notifications")
    message = models.ForeignKey(Message, models.CASCADE, related_name="notifications")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    at = models.DateTimeField(_("at"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    mailed_at = models.DateTimeField(_("sent by e-mail"), null=True)
    pushed_at = models.DateTimeField(_("told to a browser"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="told_once")]
        indexes = [
            models.Index(
                fields=["at"],
                condition=models.Q(read_at=None, mailed_at=None),
                name="notifications_to_mail",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.message_id}"


class MailChoice(models.TextChoices):
    """When somebody wants to be written to."""

    AT_ONCE = "at_once", _("at once")
    DIGEST = "digest", _("once a day")
    NEVER = "never", _("never")


class NotificationChoice(models.Model):
    """How somebody wants to be told; without a row, once a day."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="room_notification_choice")
    mail = models.CharField(_("e-mail"), max_length=8, choices=MailChoice, default=MailChoice.DIGEST)

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.mail}"


class Draft(models.Model):
    """What somebody began to write in a room, or in a thread of it (the number of its first message; 0: none)."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    thread = models.PositiveBigIntegerField(default=0)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("written"), auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "room", "thread"], name="one_draft_per_place")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.room_id}"
