"""Pictures that pages show."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

FOLDER = "encyclopedia"


class Picture(models.Model):
    """A picture as the portal wrote it anew: known by the hash of its bytes, with what it shows and its licence."""

    class Format(models.TextChoices):
        PNG = "png", "PNG"
        JPEG = "jpg", "JPEG"
        WEBP = "webp", "WebP"

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    perceptual_hash = models.CharField(max_length=16, blank=True, editable=False)
    format = models.CharField(_("format"), max_length=4, choices=Format, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = models.CharField(
        _("what it shows"),
        max_length=300,
        help_text=_("In one sentence, for who cannot see it."),
    )
    licence = models.CharField(
        _("licence and author"),
        max_length=200,
        help_text=_("Who made it and under which licence: Jane Roe, CC BY 4.0; our own, Etalab 2.0."),
    )
    added_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["-added_at", "-pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.alt

    def get_absolute_url(self) -> str:
        """Its permalink."""
        return reverse("encyclopedia:picture", args=[self.sha256])

    @property
    def name(self) -> str:
        """Its file in the media."""
        return f"{FOLDER}/{self.sha256}.{self.format}"

    @property
    def address(self) -> str:
        """What shows it."""
        return settings.MEDIA_URL + self.name

    @property
    def markdown(self) -> str:
        """What a page's text says to show it."""
        words = self.alt.replace("[", "(").replace("]", ")").replace("\\", "/")
        return f"![{words}]({self.address})"
