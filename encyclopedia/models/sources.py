"""What pages cite."""

import re
from datetime import timedelta
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEY = re.compile(r"^[\w:-]{1,80}\Z")
"""What may stand between `[@` and `]`."""
_CHECKED_EVERY, _TRIED_AGAIN = timedelta(days=7), timedelta(days=1)
# What says that nothing is there; a server that is slow, away or refuses programs may come back.
_GONE = ("http_status 404", "http_status 410", "dns")


class CitedSourceQuerySet(models.QuerySet["Source"]):
    """Reads of sources."""

    def due(self) -> Self:
        """Those whose link nobody has tried for a week, or for a day when it failed; the longest waiting first."""
        now = timezone.now()
        failed = ~Q(problem="") & Q(checked_at__lt=now - _TRIED_AGAIN)
        waiting = Q(checked_at__isnull=True) | Q(checked_at__lt=now - _CHECKED_EVERY) | failed
        return self.filter(waiting).exclude(address="").order_by(F("checked_at").asc(nulls_first=True), "pk")

    def with_words(self, words: str) -> Self:
        """Those that have these words in their key, title, author or publisher."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(key__icontains=word)
                | Q(title__icontains=word)
                | Q(author__icontains=word)
                | Q(publisher__icontains=word)
            )
        return found


class Source(models.Model):
    """A work that pages cite as `[@key]`, with a copy that the portal made of it."""

    key = models.CharField(
        _("key"),
        max_length=80,
        unique=True,
        validators=[RegexValidator(KEY, _("Letters, figures, “-”, “_” and “:” only."))],
        help_text=_("What pages cite it by: [@key]."),
    )
    title = models.CharField(_("title"), max_length=300)
    author = models.CharField(_("author"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    date = models.CharField(
        _("date"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^\d{4}(-\d\d(-\d\d)?)?\Z", _("A day, a month or a year, please."))],
        help_text=_("A day, a month or a year: 2019-05-27, 2019-05, 2019."),
    )
    address = models.URLField(_("address"), max_length=1000, blank=True)
    archived_at = models.DateTimeField(_("copied"), null=True, blank=True)
    archived_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    archived_type = models.CharField(max_length=100, blank=True, editable=False)
    archived_file = models.FileField(upload_to="sources/", blank=True, editable=False)
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True, db_index=True)
    # Empty while the link works.
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    objects = CitedSourceQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its permalink."""
        return reverse("encyclopedia:source_record", args=[self.key])

    @property
    def is_gone(self) -> bool:
        """Whether the link is dead, and not only hard to reach."""
        return self.problem in _GONE
