"""Who answers, and what: nothing here says who somebody is."""

import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from political_ads.consensus.rules import Standing
from political_ads.models.crowd import LABEL_NAMES
from political_ads.models.library import Creative

UNDO_SECONDS = 300


class NetworkSalt(models.Model):
    """The salt of one day's network hashes. It is deleted soon after, and then nobody can make the hashes again."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("salt of a day")
        verbose_name_plural = _("salts of days")

    def __str__(self) -> str:
        return str(self.day)


class VoterQuerySet(models.QuerySet["Voter"]):
    """Reads of sessions."""

    def begun_today_from(self, network: str) -> Self:
        """Those begun from this network in the last 24 hours."""
        return self.filter(network=network, created_at__gt=timezone.now() - timedelta(days=1))

    def waiting(self) -> Self:
        """Those whose answers are to be weighed again."""
        return self.filter(weigh_since__isnull=False).order_by("weigh_since")


class Voter(models.Model):
    """A browser's random session: how many answers it gave, and how it did on known ones."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PROBATION = "probation", _("on probation")
        REVOKED = "revoked", _("revoked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, db_index=True)
    # Of the network it began from, salted anew each day; emptied after thirty days.
    network = models.CharField(max_length=32, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    votes_count = models.PositiveIntegerField(_("answers"), default=0)
    gold_seen = models.PositiveIntegerField(_("known answers asked"), default=0)
    gold_right = models.PositiveIntegerField(_("of them right"), default=0)
    fast_count = models.PositiveIntegerField(_("answers too fast to have read"), default=0)
    # When its answers had to be weighed again; None once they are.
    weigh_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = VoterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        verbose_name = _("anonymous session")
        verbose_name_plural = _("anonymous sessions")
        indexes = [
            models.Index(fields=["network", "created_at"], name="sessions_by_network"),
            models.Index(
                fields=["weigh_since"],
                condition=models.Q(weigh_since__isnull=False),
                name="sessions_to_weigh",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]

    @property
    def standing(self) -> Standing:
        """How it did on known answers."""
        return Standing(self.gold_seen, self.gold_right)

    @property
    def counts(self) -> bool:
        """Whether its answers may weigh anything."""
        return self.status == self.Status.ACTIVE and not self.standing.has_failed


class VoteQuerySet(models.QuerySet["Vote"]):
    """Reads of answers."""

    def active(self) -> Self:
        """Those neither undone nor revoked."""
        return self.filter(status=Vote.Status.ACTIVE)

    def since(self, at: datetime) -> Self:
        """Those given after a moment."""
        return self.filter(created_at__gt=at)

    def today(self) -> Self:
        """Those of this day, in the portal's time zone."""
        return self.active().filter(created_at__gte=timezone.localtime().replace(hour=0, minute=0, second=0))


class Vote(models.Model):
    """What one session said of one creative."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("counted")
        UNDONE = "undone", _("undone by its author")
        REVOKED = "revoked", _("revoked")

    voter = models.ForeignKey(
        Voter, models.CASCADE, related_name="votes", verbose_name=_("anonymous session")
    )
    creative = models.ForeignKey(Creative, models.CASCADE, related_name="votes", verbose_name=_("creative"))
    label = models.CharField(_("answer"), max_length=16, choices=list(LABEL_NAMES.items()))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)
    # What it adds to its label's score (or, for "hard to say", whether it is counted at all).
    weight = models.FloatField(_("weight"), default=0.0)
    is_gold = models.BooleanField(_("the answer was known"), default=False)
    milliseconds = models.PositiveIntegerField(_("time to answer, in ms"), default=0)
    network = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("given"), default=timezone.now, db_index=True)

    objects = VoteQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["voter", "creative"], name="one_vote_a_session")]
        indexes = [
            models.Index(fields=["voter", "created_at"], name="votes_by_session"),
            models.Index(fields=["network", "created_at"], name="votes_by_network"),
        ]

    def __str__(self) -> str:
        return f"{self.label} · {self.creative_id}"

    @property
    def undo_until(self) -> datetime:
        """Until when its author may take it back."""
        return self.created_at + timedelta(seconds=UNDO_SECONDS)

    @property
    def may_be_undone(self) -> bool:
        """Whether there is still time."""
        return self.status == self.Status.ACTIVE and timezone.now() < self.undo_until


class Skip(models.Model):
    """A creative somebody passed over, and why."""

    class Reason(models.TextChoices):
        LANGUAGE = "language", _("I do not read this language")
        PICTURE = "picture", _("The picture or video is missing")
        OTHER = "other", _("Another reason")

    voter = models.ForeignKey(Voter, models.CASCADE, related_name="skips", db_index=False)
    creative = models.ForeignKey(Creative, models.CASCADE, related_name="skips")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, default=Reason.OTHER)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("ad passed over")
        verbose_name_plural = _("ads passed over")
        constraints = [models.UniqueConstraint(fields=["voter", "creative"], name="one_skip_a_session")]

    def __str__(self) -> str:
        return f"{self.reason} · {self.creative_id}"


# Fewer agree by chance.
_LEAST_CHECKS = 3


class CheckQuerySet(models.QuerySet["Check"]):
    """Reads of the optional questions."""

    def settled(self, creative: int) -> dict[str, bool]:
        """What at least three people said of a creative, two in three alike: question → yes or no."""
        rows = self.filter(vote__creative=creative, vote__status=Vote.Status.ACTIVE)
        counted = rows.exclude(answer=Check.Answer.UNKNOWN).order_by().values_list("key", "answer")
        counts = Counter(counted)
        found = {}
        for key in {key for key, _answer in counts}:
            yes, no = counts[key, Check.Answer.YES], counts[key, Check.Answer.NO]
            if max(yes, no) >= max(_LEAST_CHECKS, 2 * (yes + no) / 3):
                found[key] = yes > no
        return found


class Check(models.Model):
    """One of the optional questions that follow an answer."""

    class Key(models.TextChoices):
        POLITICAL_LABEL = "political_label", _("Is it labelled as political advertising?")
        PAYER_NAMED = "payer_named", _("Does it say who pays?")
        LOOKS_AI = "looks_ai", _("Does it look made by an artificial intelligence?")
        AI_LABEL = "ai_label", _("Is it labelled as made by an artificial intelligence?")

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", _("I cannot tell")

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="checks")
    key = models.CharField(max_length=16, choices=Key)
    answer = models.CharField(max_length=8, choices=Answer)

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["vote", "key"]
        verbose_name = _("detail of a vote")
        verbose_name_plural = _("details of votes")
        constraints = [models.UniqueConstraint(fields=["vote", "key"], name="one_check_a_vote")]

    def __str__(self) -> str:
        return f"{self.key}: {self.answer}"
