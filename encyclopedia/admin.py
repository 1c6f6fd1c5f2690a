"""What admins extend without a migration: kinds, their fields, phases, criteria; and the sources that pages cite."""

from django.contrib import admin

from encyclopedia.models import Criterion, Field, Kind, Page, Phase, Source


class FieldInline(admin.TabularInline[Field, Kind]):
    model = Field
    extra = 0


@admin.register(Kind)
class KindAdmin(admin.ModelAdmin[Kind]):
    list_display = ("code", "name_en", "name_fr", "position")
    inlines = (FieldInline,)


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
