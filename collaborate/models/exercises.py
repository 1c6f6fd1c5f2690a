"""Exercises: a scripted incident that plays by itself, then is scored."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.models.incidents import Incident
from collaborate.models.qualifying import CriterionVote

_MARKS = {
    "minutes_to_qualify": _("Minutes until it was qualified, of those it may take"),
    "minutes_to_takedown": _("Minutes until a platform was asked, of those it may take"),
    "criteria": _("Criteria answered as the scenario expects"),
    "techniques": _("Techniques of the scenario that were proposed"),
    "evidence": _("Evidence; three are enough"),
    "checklist": _("Steps of the checklist that were done"),
}


class Exercise(models.Model):
    """A scenario under way in an incident marked as exercise; `script` is a copy, so that it stays what was played."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="exercise")
    script = models.JSONField(_("scenario"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    played = models.PositiveIntegerField(_("events played"), default=0)
    next_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    score = models.JSONField(_("score"), null=True)
    scored_at = models.DateTimeField(_("scored"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")

    def __str__(self) -> str:
        return str(self.incident)

    @property
    def marks(self) -> list[dict[str, object]]:
        """Its score, in words: what was judged, the points, and why."""
        return [
            each | {"name": _MARKS.get(each["name"], each["name"]), "why": _why(each["name"], each["why"])}
            for each in self.score or ()
        ]


def _why(name: str, why: str) -> str:
    """The criteria are kept by their codes."""
    if name != "criteria":
        return why
    known = dict(CriterionVote.Criterion.choices)
    return ", ".join(str(known.get(code, code)) for code in why.split(", ") if code) or "–"
