"""What people say about a page, beside it."""

from typing import Self

from django.db import models
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from encyclopedia.models.pages import Page


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Reads of threads."""

    def seen_by(self, *, is_moderator: bool) -> Self:
        """Those with something this reader may see, each with it in `shown`: what is open first, then by date."""
        remarks = Remark.objects.seen_by(is_moderator=is_moderator).select_related("author")
        seen = Q() if is_moderator else Q(remarks__status=Remark.Status.SHOWN)
        return (
            self.alias(seen=Count("remarks", filter=seen))
            .filter(seen__gt=0)
            .order_by("is_resolved", "-last_at", "-pk")
            .prefetch_related(Prefetch("remarks", remarks, to_attr="shown"))
        )

    def open(self) -> Self:
        """Those not resolved that everybody can see."""
        shown = Remark.objects.filter(status=Remark.Status.SHOWN)
        return self.filter(is_resolved=False, pk__in=shown.values("thread"))


class Thread(models.Model):
    """One question about a page, until it is resolved."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="threads", verbose_name=_("page"))
    title = models.CharField(_("subject"), max_length=200)
    is_resolved = models.BooleanField(_("resolved"), default=False)
    last_at = models.DateTimeField(_("last remark"), default=timezone.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-last_at", "-pk"]
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        indexes = [models.Index(fields=["page", "is_resolved"], name="threads_by_page")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its place on the page of the discussion."""
        page = reverse("encyclopedia:discussion", args=[self.page.language, self.page.slug])
        return f"{page}#thread-{self.pk}"


class RemarkQuerySet(models.QuerySet["Remark"]):
    """Reads of remarks."""

    def seen_by(self, *, is_moderator: bool) -> Self:
        """All for a moderator; for others what is shown, and that something was hidden. The oldest first."""
        rows = self if is_moderator else self.exclude(status=Remark.Status.WAITING)
        return rows.order_by("said_at", "pk")

    def waiting(self) -> Self:
        """What nobody has let through yet, the oldest first."""
        rows = self.filter(status=Remark.Status.WAITING, thread__page__is_deleted=False)
        return rows.order_by("said_at", "pk").select_related("thread__page__kind", "author")


class Remark(models.Model):
    """What somebody said in a thread."""

    class Status(models.TextChoices):
        SHOWN = "shown", _("shown")
        WAITING = "waiting", _("waits for a moderator")
        HIDDEN = "hidden", _("hidden")

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    said_at = models.DateTimeField(_("said"), default=timezone.now)
    text = models.TextField(_("text"), max_length=10_000)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.SHOWN)
    hidden_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Its text as readers get it, where a view has made it.
    html: SafeString

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["said_at", "pk"]
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        indexes = [models.Index(fields=["status", "said_at"], name="remarks_by_status")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def writer(self) -> str:
        """Who said it, as readers are told."""
        return str(self.author or _("a visitor"))
