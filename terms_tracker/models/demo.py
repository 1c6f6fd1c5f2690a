"""What the demo has to be tracked."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class DemoPage(models.Model):
    """A page of an invented service, served by the portal itself so that the demo has something to track."""

    slug = models.SlugField(primary_key=True)
    service_name = models.CharField(max_length=80)
    title = models.CharField(max_length=160)
    body = models.TextField()
    step = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("demo page")
        verbose_name_plural = _("demo pages")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where the tracker reads it."""
        return reverse("terms:demo_page", args=[self.slug])
