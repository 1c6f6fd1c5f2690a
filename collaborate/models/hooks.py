"""Ways in and out for programs, in the formats that Mattermost and Slack made common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from collaborate.models.bots import Bot
from collaborate.models.messages import Message
from collaborate.models.rooms import Room
from disinfo.failures import sentence_of


class Hook(models.Model):
    """A way between a room and a program; the secret of a way in is kept as a digest only."""

    class Kind(models.TextChoices):
        INCOMING = "incoming", _("incoming: a program posts here")
        OUTGOING = "outgoing", _("outgoing: a program is told of messages")
        COMMAND = "command", _("slash command: a program answers /word")

    room = models.ForeignKey(Room, models.CASCADE, related_name="hooks")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    bot = models.ForeignKey(Bot, models.CASCADE, related_name="hooks", verbose_name=_("speaks as"))
    word = models.SlugField(
        _("word"),
        max_length=32,
        blank=True,
        help_text=_(
            "For a command, the word after the slash; for an outgoing hook, the word a message begins with."
        ),
    )
    address = models.URLField(_("address of the program"), max_length=500, blank=True)
    by_get = models.BooleanField(_("asks by GET"), default=False)
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 (many have none)
    # What we show to a program so that it knows us: it is sent as it is, so it is kept as it is.
    token = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "word"], condition=models.Q(kind="command"), name="one_command_per_word"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.room}"

    @property
    def last_call(self) -> "HookCall | None":
        """How the last call of the program ended; None before the first, and for a way in."""
        return self.calls.filter(done_at__isnull=False).first()


class HookCall(models.Model):
    """A message that a program outside is to be told of: sent by a worker, once, and answered as its bot."""

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="calls")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    answers = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("call of an integration")
        verbose_name_plural = _("calls of integrations")
        constraints = [models.UniqueConstraint(fields=["hook", "message"], name="called_once")]

    def __str__(self) -> str:
        return f"{self.hook_id} · {self.message_id}"

    @property
    def why(self) -> str:
        """Why the program was not reached, in words; nothing where it was."""
        return sentence_of(self.problem)
