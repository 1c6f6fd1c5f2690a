"""What the law asks, as data: elections, rules, and the ads that a rule seems to concern."""

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from political_ads.law import PREDICATES, WINDOWS, Ballot
from political_ads.models.library import Ad
from political_ads.models.sources import Source


class Election(models.Model):
    """An election or a referendum, whose days of voting make the windows of the rules."""

    slug = models.SlugField(_("identifier"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166 code, such as FR."))
    first_round = models.DateField(_("day of the vote, or of its first round"))
    last_round = models.DateField(_("day of the decisive round"), null=True, blank=True)
    is_general = models.BooleanField(
        _("general election"), default=True, help_text=_("Not a by-election: some rules hold for these only.")
    )
    reference = models.CharField(
        _("reference"), max_length=300, blank=True, help_text=_("The decree that sets the dates.")
    )

    class Meta:
        ordering = ["-first_round", "pk"]
        verbose_name = _("election")
        verbose_name_plural = _("elections")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The decisive round is not before the first."""
        if self.last_round and self.first_round and self.last_round < self.first_round:
            raise ValidationError({"last_round": _("The decisive round cannot be before the first.")})

    def ballot(self) -> Ballot:
        """Its dates, as the windows are computed from."""
        rounds = (self.first_round, *([self.last_round] if self.last_round else []))
        return Ballot(self.country, rounds, self.is_general)


class RuleQuerySet(models.QuerySet["Rule"]):
    """Reads of rules."""

    def active(self) -> Self:
        """Those that are applied."""
        return self.filter(is_active=True)


def _parameters_are_numbers(value: object) -> None:
    if not isinstance(value, dict) or not all(
        isinstance(number, int) and 0 <= number <= 600 for number in value.values()
    ):
        raise ValidationError(_('Whole numbers by name, such as {"months": 6}.'))


class Rule(models.Model):
    """A rule of the law: what it asks of an ad, and when around an election."""

    code = models.SlugField(_("identifier"), max_length=60, unique=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Empty for the whole European Union.")
    )
    title = models.CharField(_("title"), max_length=200)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), help_text=_("In our own words; the text itself alone counts."))
    summary_fr = models.TextField(_("summary in French"), blank=True)
    reference = models.CharField(_("reference"), max_length=200)
    link = models.URLField(_("where the text is"), max_length=300, blank=True)
    predicate = models.CharField(
        _("what it asks of an ad"), max_length=40, choices=[(name, name) for name in PREDICATES]
    )
    window = models.CharField(_("when"), max_length=40, choices=[(name, name) for name in WINDOWS])
    parameters = models.JSONField(
        _("parameters"),
        default=dict,
        blank=True,
        validators=[_parameters_are_numbers],
        help_text=_("Months or days of the window, where a lawyer must say how many."),
    )
    applies_from = models.DateField(_("applies from"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["country", "code"]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> tuple[str, str]:
        """Title and summary in the reader's language, in English where there is no other."""
        if (get_language() or "").startswith("fr"):
            return self.title_fr or self.title, self.summary_fr or self.summary
        return self.title, self.summary


class RuleHit(models.Model):
    """A rule that seems to concern an ad. "To check" until two reviewers say the same."""

    class State(models.TextChoices):
        TO_CHECK = "to_check", _("to check")
        CONFIRMED = "confirmed", _("confirmed by two reviewers")
        DISMISSED = "dismissed", _("dismissed by two reviewers")

    ad = models.ForeignKey(Ad, models.CASCADE, related_name="hits", verbose_name=_("ad"))
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="hits", verbose_name=_("rule"))
    election = models.ForeignKey(
        Election, models.PROTECT, null=True, blank=True, related_name="hits", verbose_name=_("election")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TO_CHECK)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("ad to check")
        verbose_name_plural = _("ads to check")
        constraints = [models.UniqueConstraint(fields=["ad", "rule", "since"], name="one_hit_per_window")]
        indexes = [models.Index(fields=["rule", "state", "id"], name="hits_by_rule")]

    def __str__(self) -> str:
        return f"{self.ad} · {self.rule}"


class HitReview(models.Model):
    """What one reviewer says of a hit."""

    class Decision(models.TextChoices):
        CONFIRM = "confirm", _("The rule is concerned")
        DISMISS = "dismiss", _("The rule is not concerned")

    hit = models.ForeignKey(RuleHit, models.CASCADE, related_name="reviews", verbose_name=_("ad to check"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    note = models.TextField(_("why"), max_length=2000)
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        ordering = ["hit", "pk"]
        verbose_name = _("review of an ad to check")
        verbose_name_plural = _("reviews of ads to check")
        constraints = [models.UniqueConstraint(fields=["hit", "reviewer"], name="one_review_per_reviewer")]

    def __str__(self) -> str:
        return f"{self.hit}: {self.decision}"


class Alert(models.Model):
    """Something a regulator may want to know at once: a snapshot in quarantine, removals, a library closed."""

    class Kind(models.TextChoices):
        QUARANTINED = "quarantined", _("a snapshot was put in quarantine")
        REMOVED = "removed", _("ads were removed")
        CLOSED = "closed", _("a library was closed")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    source = models.ForeignKey(Source, models.PROTECT, related_name="alerts", verbose_name=_("source"))
    # One event has one key: told once, however often the work is done again.
    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(_("ads"), default=0)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")

    def __str__(self) -> str:
        return gettext("%(source)s: %(what)s") % {"source": self.source, "what": self.get_kind_display()}


class AlertFollower(models.Model):
    """Somebody who is told by mail."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("account")
    )
    source = models.ForeignKey(Source, models.CASCADE, related_name="followers", verbose_name=_("source"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("follower of a source")
        verbose_name_plural = _("followers of sources")
        constraints = [models.UniqueConstraint(fields=["user", "source"], name="one_follower_per_source")]

    def __str__(self) -> str:
        return f"{self.user} · {self.source}"
