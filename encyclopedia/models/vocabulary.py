"""The words pages are described with. All of them are rows, so that an admin can add a kind or a criterion."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """A word with a code for programs and a name and a definition in each language."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_fr = models.CharField(_("name in French"), max_length=120)
    definition_en = models.TextField(_("definition in English"), blank=True)
    definition_fr = models.TextField(_("definition in French"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_fr if get_language() == "fr" else self.name_en

    @property
    def definition(self) -> str:
        """Its definition in the reader's language."""
        return self.definition_fr if get_language() == "fr" else self.definition_en


class Kind(Term):
    """What a page is about: a practice, a tool, an actor, a case study, a technique, and so on."""

    template_en = models.TextField(_("text to start from, in English"), blank=True)
    template_fr = models.TextField(_("text to start from, in French"), blank=True)

    class Meta(Term.Meta):
        verbose_name = _("kind")
        verbose_name_plural = _("kinds")

    def template_in(self, language: str) -> str:
        """The text that a new page of this language starts from, whatever the writer reads the portal in."""
        return self.template_fr if language == "fr" else self.template_en


class Field(models.Model):
    """A structured field that pages of a kind have; its help is shown to who writes."""

    class Type(models.TextChoices):
        TEXT = "text", _("text")
        LONG_TEXT = "long_text", _("long text (Markdown)")
        ADDRESS = "address", _("web address")
        DATE = "date", _("date")
        CHOICE = "choice", _("one of a list")
        LIST = "list", _("several values, one a line")
        PAGES = "pages", _("pages, one a line")

    kind = models.ForeignKey(Kind, models.CASCADE, related_name="fields", verbose_name=_("kind"))
    code = models.SlugField(_("code"), max_length=40)
    type = models.CharField(_("type"), max_length=12, choices=Type, default=Type.TEXT)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_fr = models.CharField(_("name in French"), max_length=120)
    help_en = models.CharField(_("help in English"), max_length=300, blank=True)
    help_fr = models.CharField(_("help in French"), max_length=300, blank=True)
    choices = models.JSONField(_("list"), default=list, blank=True)
    choices_fr = models.JSONField(
        _("list in French"),
        default=dict,
        blank=True,
        help_text=_('What each of the list is called in French: {"active": "en service"}.'),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["kind", "position", "code"]
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="one_field_per_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_fr if get_language() == "fr" else self.name_en

    @property
    def help(self) -> str:
        """Its help in the reader's language."""
        return self.help_fr if get_language() == "fr" else self.help_en

    def said(self, value: str) -> str:
        """A value of its list in the reader's language; as it stands when nobody translated it."""
        return str(self.choices_fr.get(value, value)) if get_language() == "fr" else value


class Phase(Term):
    """A moment in the fight against information manipulation."""

    class Meta(Term.Meta):
        verbose_name = _("phase")
        verbose_name_plural = _("phases")


class Criterion(Term):
    """What makes it information manipulation; the intersection of each actor's criteria says what it is to them."""

    class Meta(Term.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
