"""What is asked about each creative, and where it stands in the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from political_ads.labels import LEGAL_WEIGHT, Label
from political_ads.models.library import Creative
from political_ads.queue import Bucket

LABEL_NAMES: dict[str, Any] = {
    Label.ENGAGEMENT.value: _("Encourages taking part, for no party or candidate"),
    Label.NOT_POLITICAL.value: _("Sells or informs, not political"),
    Label.CANT_SAY.value: _("Hard to say"),
    Label.PROMOTES.value: _("Speaks for or against a party or a candidate"),
    Label.NEW_ELEMENT.value: _("Reveals something about a party or a candidate"),
    Label.SURVEY.value: _("Shows an opinion poll"),
}

_BRANCH = """SELECT * FROM (
SELECT creative_id FROM political_ads_task
WHERE bucket = %s AND language = %s AND position {sign} %s AND (leased_until IS NULL OR leased_until < %s)
AND NOT EXISTS (SELECT 1 FROM {vote} WHERE voter_id = %s AND {vote}.creative_id = political_ads_task.creative_id)
AND NOT EXISTS (SELECT 1 FROM {skip} WHERE voter_id = %s AND {skip}.creative_id = political_ads_task.creative_id)
ORDER BY position LIMIT 1) AS branch"""


class TaskQuerySet(models.QuerySet["Task"]):
    """Reads of tasks."""

    def unleased(self, now: datetime) -> Self:
        """Those that nobody is looking at."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lt=now))

    def pick(
        self, bucket: Bucket, languages: Sequence[str], voter: UUID, now: datetime, *, start: float
    ) -> int | None:
        """One that waits in this bucket, that nobody looks at and that this person has not seen: its key.

        The first at or after `start` (0 to 1) in the first of the languages that has one, else the first before it.
        All of it in one statement that ends at its first row, whatever the number of tasks; a union of limited
        queries is beyond the ORM on SQLite.
        """
        from political_ads.models.people import Skip, Vote

        moment = connection.ops.adapt_datetimefield_value(now)
        key = models.UUIDField().get_db_prep_value(voter, connection)
        branches: list[str] = []
        values: list[Any] = []
        for language in languages:
            for sign in (">=", "<"):
                branches.append(_BRANCH.format(sign=sign, vote=Vote._meta.db_table, skip=Skip._meta.db_table))
                values += [int(bucket), language, start, moment, key, key]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(branches) + " LIMIT 1", values)
            row = cursor.fetchone()
        return int(row[0]) if row else None

    def leased_to(self, voter: UUID, now: datetime) -> Self:
        """What this person is looking at."""
        return self.filter(leased_by=voter, leased_until__gt=now, bucket__isnull=False)

    def to_review(self) -> Self:
        """Those that need a reviewer: contested, settled with legal weight, or doubted by the nightly check."""
        is_contested = Q(state=Task.State.CONTESTED)
        has_weight = Q(state=Task.State.RETIRED, top__in=LEGAL_WEIGHT)
        is_doubted = Q(state=Task.State.RETIRED) & ~Q(monitor_top="")
        return self.filter(is_contested | has_weight | is_doubted, finding="")

    def audited(self) -> Self:
        """The uniform sample that shares of all ads are estimated from."""
        return self.filter(is_audit=True).exclude(state=Task.State.HIDDEN)


class Task(models.Model):
    """A creative to be classified: a narrow row, since every vote writes it and every next ad is picked from it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        RETIRED = "retired", _("settled")
        CONTESTED = "contested", _("contested")
        UNDECIDABLE = "undecidable", _("undecidable")
        GOLD = "gold", _("known answer")
        HIDDEN = "hidden", _("hidden")

    creative = models.OneToOneField(
        Creative, models.CASCADE, primary_key=True, related_name="task", verbose_name=_("creative")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    language = models.CharField(_("language"), max_length=8, blank=True)
    # None for what is asked of nobody any more.
    bucket = models.PositiveSmallIntegerField(
        _("bucket"),
        null=True,
        default=int(Bucket.FRESH_MEDIUM),
        choices=[(each.value, each.name) for each in Bucket],
    )
    is_audit = models.BooleanField(_("in the uniform sample"), default=False)
    # Where it stands in its bucket: drawn anew at each vote, so that no one creative is asked for all the time.
    position = models.FloatField(default=0.0)
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.UUIDField(null=True, blank=True)
    votes_count = models.PositiveIntegerField(_("votes"), default=0)
    trusted_count = models.PositiveIntegerField(_("votes that count"), default=0)
    cant_say_count = models.PositiveIntegerField(_("could not say"), default=0)
    # One weight a class, in the order of labels.CLASSES.
    scores = models.JSONField(default=list, blank=True)
    top = models.CharField(_("most likely"), max_length=16, choices=list(LABEL_NAMES.items()), blank=True)
    confidence = models.FloatField(_("confidence"), default=0.0)
    prior_political = models.FloatField(
        _("chance of being political, by the text model"), null=True, blank=True
    )
    # What the nightly check finds likelier than `top`; empty when it agrees.
    monitor_top = models.CharField(
        _("doubted: the nightly check says"), max_length=16, choices=list(LABEL_NAMES.items()), blank=True
    )
    # What two reviewers agreed on: the only thing of legal weight that is shown as found.
    finding = models.CharField(_("finding"), max_length=16, choices=list(LABEL_NAMES.items()), blank=True)
    found_at = models.DateTimeField(_("found"), null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        indexes = [
            # SQLite uses a partial index only for a condition it can read off the query: any bucket is not null.
            models.Index(
                fields=["language", "bucket", "position"],
                condition=Q(bucket__isnull=False),
                name="waiting_tasks",
            ),
            models.Index(fields=["leased_by"], condition=Q(leased_by__isnull=False), name="leased_tasks"),
            models.Index(fields=["is_audit"], condition=Q(is_audit=True), name="audited_tasks"),
            models.Index(fields=["state", "top"], name="tasks_by_result"),
        ]

    def __str__(self) -> str:
        return str(self.creative)

    @property
    def label(self) -> str:
        """What it is taken for: the reviewers' finding, or else what the crowd settled on; empty before."""
        return self.finding or (self.top if self.state == self.State.RETIRED else "")

    @property
    def needs_reviewer(self) -> bool:
        """Whether what the crowd settled on could have legal consequences and no two reviewers confirmed it."""
        return self.state == self.State.RETIRED and self.top in LEGAL_WEIGHT and not self.finding
