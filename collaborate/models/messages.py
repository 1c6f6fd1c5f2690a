"""What is said."""

from datetime import timedelta
from html import unescape
from typing import Self, cast

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from collaborate.models.links import Link
from collaborate.models.rooms import Room
from collaborate.tlp import WATCHED, Tlp, strictest
from disinfo.accounts.models import User


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads of messages."""

    def for_showing(self) -> Self:
        """With all that a message is shown with."""
        return self.select_related("author", "organisation", "assignee", "root__author").prefetch_related(
            "reactions", "attachments", "links"
        )

    def newest(self, limit: int, *, before: int | None = None) -> "list[Message]":
        """The last ones (before a number), oldest first."""
        rows = self.filter(number__lt=before) if before else self
        return list(rows.for_showing().order_by("-number")[:limit])[::-1]

    def oldest(self, limit: int, *, after: int) -> "list[Message]":
        """The first ones after a number, oldest first."""
        return list(self.filter(number__gt=after).for_showing().order_by("number")[:limit])

    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest number; (0, 0) of none.

        Each is one step into the index by number; asked whether any is lower, PostgreSQL may read the whole room.
        """
        numbers = self.values_list("number", flat=True)
        return numbers.order_by("number").first() or 0, numbers.order_by("-number").first() or 0

    def changed_since(self, clock: int, limit: int) -> "list[Message]":
        """What is new or was changed after the room's clock stood at `clock`, in the order it happened."""
        return list(self.filter(changed__gt=clock).for_showing().order_by("changed")[:limit])

    def readable(self) -> Self:
        """Neither deleted nor hidden."""
        return self.filter(deleted_at=None, hidden_at=None)

    def with_words(self, words: list[str]) -> Self:
        """Those that hold every word, the last one perhaps a beginning, the newest first.

        Words are letters, digits and _ only, so that nothing of either database's query language gets through.
        """
        if not words:
            return self.order_by("-pk")
        if connection.vendor == "postgresql":
            query = " & ".join([*words[:-1], f"{words[-1]}:*"])
            found = self.extra(
                where=["collaborate_message.tokens @@ to_tsquery('simple', %s)"], params=[query]
            )
            return cast("Self", found.order_by("-pk"))
        match = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
        # A join, which no expression of the ORM can say: FTS5 gives its matches from the last one on, and the search
        # ends with the first page instead of gathering all of them.
        newest_first = self.extra(
            tables=["collaborate_message_fts"],
            where=[
                "collaborate_message_fts MATCH %s",
                "collaborate_message_fts.rowid = collaborate_message.id",
            ],
            params=[match],
            order_by=["-collaborate_message_fts.rowid"],
        )
        return cast("Self", newest_first)

    def past_retention(self, room: Room) -> Self:
        """Those that a room keeps no longer; pinned ones stay, and all of them where no time is set."""
        if room.retention_days is None:
            return self.none()
        limit = timezone.now() - timedelta(days=room.retention_days)
        return self.filter(room=room, said_at__lt=limit, pinned_at=None)


class Message(models.Model):
    """Something said in a room, known by its number there; a reply stands in the thread of its root."""

    class Mark(models.TextChoices):
        TASK = "task", _("task")
        QUESTION = "question", _("open question")
        DECISION = "decision", _("decision")

    class Command(models.TextChoices):
        NONE = "", _("no command")
        WAITING = "waiting", _("waits for its answer")
        ANSWERED = "answered", _("answered")

    LONGEST = 8_000
    NEWS = ("news:", "alarm:", "card:", "sent:")
    """What the nonce of a message begins with that a watch or a tool posted, or that was sent on from there."""
    ANSWERS = ("answer:", "progress:")
    """What the nonce of an answer to a command begins with."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", db_index=False)
    number = models.PositiveBigIntegerField(_("number"))
    changed = models.PositiveBigIntegerField(editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    by_bot = models.BooleanField(default=False)
    said_at = models.DateTimeField(_("said"), default=timezone.now)
    text = models.TextField(_("text"))
    html = models.TextField()
    words = models.TextField()
    cards = models.JSONField(default=list)
    mentions = models.JSONField(default=list)
    root = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    reply_count = models.PositiveIntegerField(default=0)
    tlp = models.CharField(_("mark"), max_length=12, choices=Tlp, blank=True)
    has_link = models.BooleanField(default=False)
    has_file = models.BooleanField(default=False)
    has_reaction = models.BooleanField(default=False)
    links = models.ManyToManyField(Link, related_name="messages")
    nonce = models.CharField(max_length=64, blank=True)
    command = models.CharField(max_length=8, choices=Command, default=Command.NONE, blank=True)
    shared_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)

    mark = models.CharField(_("what it is"), max_length=8, choices=Mark, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    pinned_at = models.DateTimeField(_("pinned"), null=True)
    edited_at = models.DateTimeField(_("edited"), null=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True)
    hidden_at = models.DateTimeField(_("hidden"), null=True)
    hidden_reason = models.CharField(_("why it is hidden"), max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["room", "number"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="one_message_per_number"),
            # A message sent twice, because the answer to the first try was lost, is one message.
            models.UniqueConstraint(
                fields=["author", "room", "nonce"], condition=~Q(nonce=""), name="one_message_per_nonce"
            ),
        ]
        indexes = [
            models.Index(fields=["room", "changed"], name="messages_by_change"),
            models.Index(fields=["room", "mark"], condition=~Q(mark=""), name="messages_marked"),
            models.Index(fields=["room"], condition=Q(pinned_at__isnull=False), name="messages_pinned"),
            models.Index(fields=["command"], condition=Q(command="waiting"), name="messages_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"

    def get_absolute_url(self) -> str:
        """Its permalink: the room, at its place."""
        return reverse("collaborate:message", args=[self.room.slug, self.number])

    @property
    def is_gone(self) -> bool:
        """Whether its text is shown to nobody any more, or to moderators only."""
        return self.deleted_at is not None or self.hidden_at is not None

    def tlp_in(self, room: Room) -> str:
        """The mark it bears in its room: the stricter of its own and the room's."""
        return strictest(self.tlp, room.tlp)

    def is_watched_in(self, room: Room) -> bool:
        """Whether its readers are written down."""
        return self.tlp_in(room) in WATCHED

    @property
    def is_news(self) -> bool:
        """Whether a watch posted it, as news or as an alarm, or a tool of the portal: then buttons stand under it."""
        return self.by_bot and self.nonce.startswith(self.NEWS)

    @property
    def plain(self) -> str:
        """Its words as they are read, without the signs of Markdown; a line for each paragraph."""
        lines = unescape(strip_tags(self.html)).replace("\u200b", "").splitlines()
        return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))

    @property
    def is_answer(self) -> bool:
        """Whether the portal answered a command with it: the addresses in it are told, nobody has met them."""
        return self.by_bot and self.nonce.startswith(self.ANSWERS)

    def is_by(self, user: User) -> bool:
        """Whether this user said it."""
        return self.author_id == user.pk


class Edit(models.Model):
    """What a message said before it was changed."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="edits")
    text = models.TextField(_("text before"))
    at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("edit")
        verbose_name_plural = _("edits")

    def __str__(self) -> str:
        return self.text[:60]


class Reaction(models.Model):
    """One sign of one person under a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    sign = models.CharField(_("sign"), max_length=16)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(fields=["message", "user", "sign"], name="one_reaction_per_sign")
        ]

    def __str__(self) -> str:
        return self.sign


class Attachment(models.Model):
    """A file that came with a message: a picture drawn anew, or something to download, never shown as it is."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    name = models.CharField(_("name"), max_length=160)
    content_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    perceptual_hash = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["sha256"], name="attachments_by_content")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where one asks for it; the answer leads to the file itself."""
        return reverse("collaborate:attachment", args=[self.pk])

    @property
    def is_picture(self) -> bool:
        """Whether it is shown in the page."""
        return self.width is not None

    @property
    def file_name(self) -> str:
        """Its file in the media, named for its content."""
        return f"collaborate/{self.sha256[:2]}/{self.sha256}"
