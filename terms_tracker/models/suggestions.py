"""What anyone may suggest: a service to track, or how a page that fails is to be read."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terms_tracker.models.tracked import Terms


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Reads of suggestions."""

    def waiting(self) -> Self:
        """Those nobody has decided on, the oldest first."""
        return (
            self.filter(state=Suggestion.State.WAITING)
            .select_related("terms__service__collection")
            .order_by("pk")
        )


class Suggestion(models.Model):
    """A service or a correction that somebody suggests; nothing is tracked before staff decide."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    terms = models.ForeignKey(Terms, models.CASCADE, null=True, blank=True, related_name="suggestions")
    service_name = models.CharField(_("service"), max_length=160)
    terms_type = models.CharField(_("type of terms"), max_length=120)
    address = models.URLField(_("address of the document"), max_length=1000)
    select = models.TextField(
        _("keep"), blank=True, max_length=4000, help_text=_("CSS selectors, one a line: the parts to keep.")
    )
    remove = models.TextField(
        _("remove"),
        blank=True,
        max_length=4000,
        help_text=_("CSS selectors, one a line: what to leave out of them."),
    )
    remark = models.TextField(_("remark"), blank=True, max_length=4000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("received"), auto_now_add=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")

    def __str__(self) -> str:
        return f"{self.service_name} · {self.terms_type}"

    @property
    def declaration(self) -> dict[str, Any]:
        """As an Open Terms Archive collection declares it."""
        said: dict[str, Any] = {"fetch": self.address}
        for name in ("select", "remove"):
            if lines := [line.strip() for line in str(getattr(self, name)).splitlines() if line.strip()]:
                said[name] = lines[0] if len(lines) == 1 else lines
        return {self.terms_type: said}
