"""What regulators watch for: topics, and the phrases that name them."""

from typing import Self

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class TopicQuerySet(models.QuerySet["Topic"]):
    """Reads of topics."""

    def active(self) -> Self:
        """Those that changes are tagged with."""
        return self.filter(is_active=True)


class Topic(models.Model):
    """A subject of terms: changes whose sentences hold one of its phrases are tagged with it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_fr = models.CharField(_("name in French"), max_length=120)
    phrases = models.JSONField(
        _("phrases"),
        default=list,
        help_text=_("In French and in English; case, accents and plurals do not matter."),
    )
    is_active = models.BooleanField(_("watched"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_fr if get_language() == "fr" else self.name_en
