"""What anyone may suggest: a service to track, or how a page that fails is to be read."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terms_tracker.models.tracked import Collection, Terms
from terms_tracker.written import declared_as


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
    # Source documents as a declaration has them: address, selectors and ranges, filters.
    documents = models.JSONField(_("documents"), default=list)
    collection = models.ForeignKey(
        Collection, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("collection")
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
        """As an Open Terms Archive collection declares these terms."""
        return declared_as(self.documents)

    @property
    def addresses(self) -> list[str]:
        """Where its documents are."""
        return [str(each.get("fetch", "")) for each in self.documents]
