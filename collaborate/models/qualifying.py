"""Judging an incident: the claims that are spread, the criteria, the techniques."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.models.incidents import Incident
from collaborate.models.links import Link
from collaborate.models.messages import Message


class Claim(models.Model):
    """Something that is being spread, and what was found of it."""

    class Verdict(models.TextChoices):
        OPEN = "", _("to check")
        FALSE = "false", _("false")
        MISLEADING = "misleading", _("misleading")
        UNPROVEN = "unproven", _("cannot be shown either way")
        TRUE = "true", _("true")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="claims")
    text = models.TextField(_("what is claimed"))
    words = models.TextField(editable=False)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, blank=True, default="")
    reason = models.TextField(_("why"), blank=True)
    judged_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    judged_at = models.DateTimeField(_("judged"), null=True)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.text[:120]


class Appearance(models.Model):
    """One place where a claim was met: an address, a message, or both; the words used there."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="appearances")
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("words used"), blank=True)
    at = models.DateTimeField(_("met"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        constraints = [
            models.UniqueConstraint(fields=["claim", "link"], name="claim_met_once_at_an_address"),
            models.UniqueConstraint(fields=["claim", "message"], name="claim_met_once_in_a_message"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class CriterionVote(models.Model):
    """What one organisation answers to one criterion, and why; changed by a later answer, the log keeps the first."""

    class Criterion(models.TextChoices):
        MASSIVE = "massive", _("Massive")
        ARTIFICIAL = "artificial", _("Artificial")
        FALSE = "false", _("False or misleading")
        HARM = "harm", _("Meant to harm")
        FOREIGN = "foreign", _("Foreign")

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNSURE = "unsure", _("cannot say")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="votes")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    criterion = models.CharField(_("criterion"), max_length=10, choices=Criterion)
    answer = models.CharField(_("answer"), max_length=6, choices=Answer)
    reason = models.TextField(_("why"))
    voter = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["organisation__name", "pk"]
        verbose_name = _("answer to a criterion")
        verbose_name_plural = _("answers to criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "organisation", "criterion"], name="one_answer_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.criterion} {self.answer}"


class TechniqueQuerySet(models.QuerySet["Technique"]):
    """Reads of techniques."""

    def accepted(self) -> Self:
        """Those that count."""
        return self.filter(state=Technique.State.ACCEPTED)


class Technique(models.Model):
    """A technique of the framework that somebody saw used; it counts once somebody else of the room accepts it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("to check")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="techniques")
    code = models.CharField(_("code"), max_length=12)
    path = models.CharField(_("page"), max_length=300, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PROPOSED)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    proposed_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = TechniqueQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("technique")
        verbose_name_plural = _("techniques")
        constraints = [models.UniqueConstraint(fields=["incident", "code"], name="one_technique_per_code")]
        indexes = [models.Index(fields=["path"], name="techniques_by_page")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()
