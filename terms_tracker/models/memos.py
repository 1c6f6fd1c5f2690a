"""What a regulator says of a change: a memo, its cited sentences, and every revision of it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.permissions import roles_of
from terms_tracker.models.records import Version
from terms_tracker.models.tracked import Terms
from terms_tracker.models.visibility import Caller, visible


class MemoQuerySet(models.QuerySet["Memo"]):
    """Reads of memos."""

    def visible_to(self, caller: Caller) -> Self:
        """Published ones, and those of the caller's own organisations, about terms the caller may read."""
        readable = self.filter(visible(caller, "terms__service__collection__"))
        if caller.is_superuser:
            return readable
        own = Q(organisation__in=list(roles_of(caller)))
        return readable.filter(Q(state=Memo.State.PUBLISHED) | own)

    def published(self) -> Self:
        """Those that are public, the newest first."""
        return self.filter(state=Memo.State.PUBLISHED).order_by("-published_at", "-pk")

    def with_names(self) -> Self:
        """With all that a list shows."""
        return self.select_related("terms__service__collection", "organisation")


class Memo(models.Model):
    """An annotation of one change. The change is known by its commit: rows of versions are made anew, memos stay."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")

    terms = models.ForeignKey(Terms, models.PROTECT, related_name="memos", verbose_name=_("terms"))
    commit = models.CharField(_("commit"), max_length=40)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), max_length=100_000, help_text=_("In Markdown."))
    # Each {digest, side, text}: sentences of the change, which keep their words should the archive lose them.
    passages = models.JSONField(_("cited sentences"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    number = models.PositiveIntegerField(_("revision"), default=1)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = MemoQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        indexes = [models.Index(fields=["terms", "commit"], name="memo_by_change")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its permalink."""
        return reverse("terms:memo", args=[self.pk])

    @property
    def version(self) -> Version | None:
        """The version that made the change; None when the archive was rewritten without it."""
        return self.terms.versions.filter(commit=self.commit).first()


class MemoRevision(models.Model):
    """A memo as it stood once: nothing that was saved is lost."""

    memo = models.ForeignKey(Memo, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("revision"))
    title = models.CharField(max_length=200)
    body = models.TextField()
    passages = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=Memo.State)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("revision of a memo")
        verbose_name_plural = _("revisions of memos")
        constraints = [models.UniqueConstraint(fields=["memo", "number"], name="one_memo_revision_a_number")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
