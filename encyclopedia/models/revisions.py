"""What a page said at each time: every save is kept, published or not."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from encyclopedia import document, storage
from encyclopedia.models.pages import Page


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Reads of revisions."""

    def published(self) -> Self:
        """Those that are, or were, what the page says."""
        return self.filter(status=Revision.Status.PUBLISHED)

    def waiting(self) -> Self:
        """Proposals nobody has decided on."""
        return self.filter(status=Revision.Status.PROPOSED)

    def written_here(self) -> Self:
        """Without what an import brought: thousands at once, which say nothing of what people do here."""
        return self.filter(is_imported=False)

    def newest_first(self) -> Self:
        """The latest first."""
        return self.order_by("-saved_at", "-pk").select_related("page__kind", "author")


class Revision(models.Model):
    """One text of a page: who wrote it, when and why. Its text is kept as what differs from a keyframe."""

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published")
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("proposed, then accepted")
        REJECTED = "rejected", _("rejected")
        CONFLICT = "conflict", _("set aside: another change came first")

    page = models.ForeignKey(Page, models.CASCADE, related_name="revisions", verbose_name=_("page"))
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PUBLISHED)
    author = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name=_("author"),
    )
    # The name that an imported history gives; empty for who has an account, and for who wanted none.
    author_name = models.CharField(_("author’s name"), max_length=120, blank=True)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    reason = models.CharField(_("what was changed, and why"), max_length=300, blank=True)
    # What a moderator wrote to who proposed it.
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    is_minor = models.BooleanField(_("minor change"), default=False)
    is_patrolled = models.BooleanField(_("looked at"), default=False)
    is_imported = models.BooleanField(_("brought by an import"), default=False, editable=False)
    base = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    keyframe = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    data = models.BinaryField(editable=False)
    size = models.PositiveIntegerField(_("length in characters"), default=0)
    sha256 = models.CharField(max_length=64, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["page", "-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="one_revision_per_number")]
        indexes = [
            models.Index(fields=["saved_at", "id"], name="revisions_by_date"),
            models.Index(fields=["is_imported", "saved_at", "id"], name="revisions_written_here"),
            models.Index(fields=["status", "saved_at"], name="revisions_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.page} · {self.number}"

    def get_absolute_url(self) -> str:
        """Its permalink."""
        return reverse("encyclopedia:revision", args=[self.pk])

    @property
    def text(self) -> str:
        """The whole page as it was."""
        keyframe = storage.unpack(bytes(self.keyframe.data)) if self.keyframe else None
        return storage.unpack(bytes(self.data), keyframe)

    @property
    def document(self) -> document.Document:
        """The page as it was, by its parts."""
        return document.parse(self.text)

    @property
    def writer(self) -> str:
        """Who wrote it, as readers are told."""
        return str(self.author or self.author_name or _("a visitor"))

    def previous(self) -> "Revision | None":
        """The published revision before it."""
        earlier = Revision.objects.published().filter(page=self.page_id, number__lt=self.number)
        return earlier.order_by("-number").first()
