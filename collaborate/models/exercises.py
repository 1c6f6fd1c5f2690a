"""Exercises: a scripted incident that plays by itself, then is scored."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.models.incidents import Incident


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
