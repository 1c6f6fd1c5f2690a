"""What citizens said of the creatives, and where each stands in the queue."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from political_ads.labels import Label
from political_ads.models.library import Creative

LABEL_NAMES: dict[str, Any] = {
    Label.ENGAGEMENT.value: _("Encourages taking part, for no party or candidate"),
    Label.NOT_POLITICAL.value: _("Sells or informs, not political"),
    Label.CANT_SAY.value: _("Hard to say"),
    Label.PROMOTES.value: _("Speaks for or against a party or a candidate"),
    Label.NEW_ELEMENT.value: _("Reveals something about a party or a candidate"),
    Label.SURVEY.value: _("Shows an opinion poll"),
}


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
    bucket = models.PositiveSmallIntegerField(_("bucket"), default=0)
    # Where it stands in its bucket: drawn anew at each vote, so that no one creative is asked for all the time.
    position = models.FloatField(default=0.0)
    leased_until = models.DateTimeField(null=True, blank=True)
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

    class Meta:
        ordering = ["pk"]
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        indexes = [
            models.Index(
                fields=["language", "bucket", "position"],
                condition=Q(state="open"),
                name="open_tasks",
            ),
            models.Index(fields=["state", "top"], name="tasks_by_result"),
        ]

    def __str__(self) -> str:
        return str(self.creative)
