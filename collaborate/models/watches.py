"""Watches: what is new elsewhere is posted in a room; and reminders."""

from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.feeds import FeedError
from collaborate.models.messages import Message
from collaborate.models.rooms import Room
from disinfo.failures import sentence_of

_NO_FEED = _("What is at this address is no feed (RSS or Atom) that can be read.")


class RoomWatchQuerySet(models.QuerySet["Watch"]):
    """Reads of watches."""

    def due(self) -> Self:
        """Those to be looked at now."""
        return self.filter(is_active=True, next_at__lte=timezone.now()).order_by("next_at", "pk")

    def behind(self, message: Message) -> "Watch | None":
        """The watch that posted a message, here or in the room it was sent on from; None once it has ended."""
        kind, _colon, key = message.nonce.partition(":")
        if kind == "sent" and message.shared_from:
            return self.behind(message.shared_from)
        key = key.partition(":")[0]
        if not message.is_news or kind not in ("news", "alarm") or not key.isdecimal():
            return None
        rows = self.filter(items=int(key)) if kind == "news" else self.filter(pk=int(key))
        return rows.select_related("sends_to").first()


class Watch(models.Model):
    """A feed, or what another tool of the portal publishes, followed for a room."""

    class Kind(models.TextChoices):
        FEED = "feed", _("a feed (RSS or Atom)")
        TOOL = "tool", _("a tool of this portal")
        RISING = "rising", _("what rises in a live collection")

    EVERY_SECONDS = 60

    room = models.ForeignKey(Room, models.CASCADE, related_name="watches")
    kind = models.CharField(_("what"), max_length=6, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address of the feed"), max_length=1000, blank=True)
    tool = models.CharField(_("tool"), max_length=20, blank=True)
    path = models.CharField(_("collection"), max_length=300, blank=True)
    words = models.CharField(
        _("only with one of these words"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas; empty: everything."),
    )
    alarm_count = models.PositiveIntegerField(
        _("alarm above this many"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    alarm_minutes = models.PositiveIntegerField(
        _("within so many minutes"), default=60, validators=[MinValueValidator(1)]
    )
    alarmed_at = models.DateTimeField(null=True, editable=False)
    sends_to = models.ForeignKey(
        Room,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("room where it is qualified"),
        help_text=_("“Send to qualification” under each message leads there; empty: it asks."),
    )
    region = models.CharField(
        _("region of its shares"),
        max_length=2,
        blank=True,
        help_text=_("Two letters, such as fr: “Scale” then answers at once when a number of shares is told."),
    )
    is_active = models.BooleanField(_("on"), default=True)
    # What was there when the watch began is not news.
    has_begun = models.BooleanField(default=False, editable=False)
    next_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(_("last looked at"), null=True)
    problem = models.CharField(_("last problem"), max_length=100, blank=True)
    failures = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    objects = RoomWatchQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        indexes = [models.Index(fields=["next_at"], name="watches_by_time")]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> str:
        """Why the last look failed, in words; nothing where it did not."""
        return str(_NO_FEED) if self.problem == FeedError.code else sentence_of(self.problem)


class WatchItem(models.Model):
    """Something a watch has seen; known by the hash of its link, or of its identifier, so that it is told once."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="items")
    key = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=300)
    url = models.TextField(_("address"), blank=True)
    seen_at = models.DateTimeField(_("seen"), default=timezone.now)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("news")
        verbose_name_plural = _("news")
        constraints = [models.UniqueConstraint(fields=["watch", "key"], name="told_once_by_a_watch")]
        indexes = [models.Index(fields=["watch", "seen_at"], name="watch_items_by_time")]

    def __str__(self) -> str:
        return self.title


class Reminder(models.Model):
    """Something to be said again later, in the room where it was asked for."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="reminder")
    text = models.CharField(_("what"), max_length=500)
    due_at = models.DateTimeField(_("when"), db_index=True)
    said_at = models.DateTimeField(_("said"), null=True)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")

    def __str__(self) -> str:
        return self.text
