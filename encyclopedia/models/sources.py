"""What pages cite."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A work that pages cite as `[@key]`, with a copy that the portal made of it."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    author = models.CharField(_("author"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    date = models.CharField(
        _("date"),
        max_length=20,
        blank=True,
        help_text=_("A day, a month or a year: 2019-05-27, 2019-05, 2019."),
    )
    address = models.URLField(_("address"), max_length=1000, blank=True)
    archived_at = models.DateTimeField(_("copied"), null=True, blank=True)
    archived_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    archived_file = models.FileField(upload_to="sources/", blank=True, editable=False)
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    # Empty while the link works.
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title
