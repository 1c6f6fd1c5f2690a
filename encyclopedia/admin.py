"""What admins extend without a migration: kinds, their fields, phases, criteria; and the sources that pages cite."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from encyclopedia.forms import LinesField
from encyclopedia.models import Criterion, Field, Kind, Page, Phase, Picture, Source


class FieldForm(forms.ModelForm[Field]):
    """A field of a kind; what it offers is written one a line."""

    choices = LinesField(label=_("list"), required=False, help_text=_("One a line, for “one of a list”."))

    class Meta:
        model = Field
        fields = (
            *("code", "type", "name_en", "name_fr", "help_en", "help_fr"),
            *("choices", "choices_fr", "position"),
        )

    def clean_choices_fr(self) -> dict[str, str]:
        """What each is called, as the pages look it up."""
        said = self.cleaned_data["choices_fr"] or {}
        if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
            raise forms.ValidationError(_('Write it like this: {"active": "en service"}.'))
        return said

    def clean(self) -> dict[str, Any]:
        """A choice needs something to choose from."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("type") == Field.Type.CHOICE and not cleaned.get("choices"):
            self.add_error("choices", _("Write what there is to choose from, one a line."))
        return cleaned


class FieldInline(admin.TabularInline[Field, Kind]):
    model = Field
    form = FieldForm
    extra = 0


@admin.register(Kind)
class KindAdmin(admin.ModelAdmin[Kind]):
    list_display = ("code", "name_en", "name_fr", "position")
    inlines = (FieldInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Kind | None = None) -> tuple[str, ...]:
        """The texts of pages name their kind by its code: a kind that is there keeps it."""
        return ("code",) if obj else ()


@admin.register(Phase)
class PhaseAdmin(admin.ModelAdmin[Phase]):
    list_display = ("code", "name_en", "name_fr", "position")


@admin.register(Criterion)
class CriterionAdmin(admin.ModelAdmin[Criterion]):
    list_display = ("code", "name_en", "name_fr", "position")


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin[Source]):
    list_display = ("key", "title", "author", "date", "checked_at", "problem")
    list_filter = ("problem",)
    search_fields = ("key", "title", "author", "address")
    readonly_fields = ("archived_at", "checked_at", "problem")


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin[Picture]):
    """Pictures are added on the site; here what is said of them can be mended."""

    list_display = ("alt", "licence", "format", "width", "height", "added_by", "added_at")
    search_fields = ("alt", "licence", "sha256")
    readonly_fields = ("sha256", "format", "width", "height", "added_by", "added_at")

    def has_add_permission(self, request: object) -> bool:
        return False


@admin.register(Page)
class PageAdmin(admin.ModelAdmin[Page]):
    """Pages are written on the site; here an admin finds them, and sees how they are protected."""

    list_display = ("title", "language", "kind", "protection", "is_deleted", "checked_on", "changed_at")
    list_filter = ("language", "kind", "protection", "is_deleted")
    search_fields = ("title", "slug")
    fields = ("title", "language", "slug", "kind", "protection", "shows_verified", "is_deleted", "checked_on")
    readonly_fields = fields

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: Page | None = None) -> bool:
        return False
