"""What organisations say in their own name: the criteria they judge by, and the counter-measures they have tried."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.models import Organisation
from encyclopedia.models.pages import Page
from encyclopedia.models.vocabulary import Criterion


class StatedCriteria(models.Model):
    """What must be so for an organisation to speak of information manipulation; all of it together."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="stated_criteria", verbose_name=_("organisation")
    )
    criteria = models.ManyToManyField(Criterion, verbose_name=_("criteria"))
    stated_at = models.DateTimeField(_("stated"), auto_now=True)

    class Meta:
        ordering = ["organisation__name"]
        verbose_name = _("criteria of an organisation")
        verbose_name_plural = _("criteria of organisations")

    def __str__(self) -> str:
        return str(self.organisation)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Reads of attempts."""

    def on(self, page: Page) -> Self:
        """Those noted on this page or on its translations, the latest first."""
        same = Q(page=page)
        if page.translations:
            same |= Q(page__translations=page.translations)
        return self.filter(same).select_related("organisation").order_by("-tried_on", "-pk")

    def shown(self) -> Self:
        """Those that no moderator has hidden."""
        return self.filter(is_hidden=False)


class Attempt(models.Model):
    """A counter-measure that an organisation has tried: what it cost, what came of it, whether it was right."""

    class Result(models.TextChoices):
        WORKED = "worked", _("it worked")
        PARTLY = "partly", _("it worked in part")
        FAILED = "failed", _("it did not work")
        UNCLEAR = "unclear", _("nobody can tell")

    page = models.ForeignKey(Page, models.CASCADE, related_name="attempts", verbose_name=_("page"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    author = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    tried_on = models.DateField(_("when it was tried"))
    what = models.TextField(_("what was tried"), max_length=2_000)
    cost = models.CharField(_("cost"), max_length=200, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=Result)
    evidence = models.TextField(_("how you know"), max_length=2_000, blank=True)
    ethics = models.TextField(_("ethics note"), max_length=2_000, blank=True)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    hidden_reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-tried_on", "-pk"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.page} · {self.organisation} · {self.tried_on}"
