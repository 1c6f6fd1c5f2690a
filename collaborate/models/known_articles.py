"""Known articles and how often they were shared, to say how big a number is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KnownArticle(models.Model):
    """An article of a newspaper with its shares; what /scale compares with."""

    region = models.CharField(_("region"), max_length=2)
    source = models.CharField(_("newspaper"), max_length=200)
    title = models.CharField(_("title"), max_length=500)
    url = models.URLField(_("address"), max_length=1000)
    published_on = models.DateField(_("published"))
    shares = models.PositiveBigIntegerField(_("shares"))

    class Meta:
        ordering = ["region", "shares", "pk"]
        verbose_name = _("known article")
        verbose_name_plural = _("known articles")
        indexes = [models.Index(fields=["region", "shares"], name="articles_by_shares")]

    def __str__(self) -> str:
        return self.title
