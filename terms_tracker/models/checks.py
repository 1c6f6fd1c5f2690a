"""How checks went, day by day: what availability is counted from."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from terms_tracker.models.tracked import Terms

CHALLENGE = "challenge"
"""The code of a failure that is a test against robots."""


class DayOfChecksQuerySet(models.QuerySet["DayOfChecks"]):
    """Reads of days."""

    def since(self, day: date) -> Self:
        """From this day on."""
        return self.filter(day__gte=day)

    def summed_by_terms(self) -> dict[int, dict[str, int]]:
        """For each terms its checks that succeeded, that failed, and that met a test against robots."""
        sums = (
            self.order_by("terms")
            .values("terms")
            .annotate(read=Sum("succeeded"), unread=Sum("failed"), tests=Sum("challenges"))
        )
        return {row["terms"]: {name: row[name] for name in ("read", "unread", "tests")} for row in sums}


class DayOfChecks(models.Model):
    """The checks of one terms on one day (UTC): one row a day, however often it is checked."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="days_of_checks")
    day = models.DateField()
    succeeded = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    challenges = models.PositiveIntegerField(default=0)

    objects = DayOfChecksQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of checks")
        verbose_name_plural = _("days of checks")
        constraints = [models.UniqueConstraint(fields=["terms", "day"], name="one_day_of_checks_a_day")]

    def __str__(self) -> str:
        return f"{self.terms_id} {self.day}: {self.succeeded}/{self.succeeded + self.failed}"

    @classmethod
    def add(cls, terms: Terms, day: date, *, error_code: str = "") -> None:
        """Count one more check, safely beside others who count."""
        row = cls.objects.get_or_create(terms=terms, day=day)[0]
        counts = {"failed": F("failed") + 1} if error_code else {"succeeded": F("succeeded") + 1}
        if error_code == CHALLENGE:
            counts["challenges"] = F("challenges") + 1
        cls.objects.filter(pk=row.pk).update(**counts)
