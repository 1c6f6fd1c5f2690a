"""Libraries for administrators: sources, their snapshots, and the law as data."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from disinfo.accounts import audit
from disinfo.accounts.models import User
from political_ads.models import (
    Ad,
    AdvertiserName,
    AdvertiserTotal,
    Alert,
    Election,
    LibrarySnapshot,
    Media,
    PresenceEvent,
    Rule,
    RuleHit,
    Source,
)
from political_ads.services import finishing, starter_rules
from political_ads.sources import SourceFileError, parser_of


class LookOnlyAdmin(admin.ModelAdmin[Any]):
    """For what imports write: it may be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SourceForm(forms.ModelForm[Source]):
    """The map of columns is checked as an import will read it."""

    class Meta:
        model = Source
        exclude: list[str] = []

    def clean(self) -> dict[str, Any] | None:
        """Refuse a map that names no field of ours."""
        cleaned = super().clean() or self.cleaned_data
        try:
            parser_of(cleaned.get("format", ""), cleaned.get("column_map"))
        except (SourceFileError, AttributeError, TypeError) as error:
            self.add_error("column_map", str(error))
        return cleaned


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin[Source]):
    form = SourceForm
    list_display = ("name", "slug", "platform", "country", "kind", "format", "is_active", "is_closed_since")
    list_filter = ("platform", "kind", "is_active")
    search_fields = ("name", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """The identifier is part of permalinks: it stays."""
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        """A library that is closed from now on closes its ads as well."""
        super().save_model(request, obj, form, change)
        actor = cast("User", request.user)
        audit.record("ads.source_saved", actor=actor, on=obj, changed=form.changed_data)
        if obj.is_closed_since and "is_closed_since" in form.changed_data:
            count = finishing.close_archive(source=obj, at=obj.is_closed_since)
            messages.warning(
                request, _("%d ads are kept as of a closed library: none counts as removed.") % count
            )


class OverruleForm(forms.ModelForm[LibrarySnapshot]):
    """A reason makes a quarantined or partial snapshot complete."""

    class Meta:
        model = LibrarySnapshot
        fields = ["overruled_because"]
        help_texts = {
            "overruled_because": _(
                "Fill this in to declare the snapshot complete: what it does not hold then counts as missing. "
                "It is shown to readers and kept in the audit trail."
            )
        }

    def clean(self) -> dict[str, Any] | None:
        """Say at the field why it cannot be done."""
        cleaned = super().clean() or self.cleaned_data
        try:
            finishing.check_can_overrule(self.instance, cleaned.get("overruled_because", ""))
        except finishing.OverruleError as error:
            self.add_error("overruled_because", str(error))
        return cleaned


@admin.register(LibrarySnapshot)
class LibrarySnapshotAdmin(admin.ModelAdmin[LibrarySnapshot]):
    form = OverruleForm
    list_display = (
        *("source", "taken_at", "status", "why", "seen_count", "added_count", "changed_count"),
        *("removed_count", "refused_count"),
    )
    list_filter = ("status", "source")
    date_hierarchy = "taken_at"
    list_select_related = ("source",)
    readonly_fields = (
        *("source", "taken_at", "finished_at", "status", "why", "file_sha256", "of_totals", "seen_count"),
        *("added_count", "changed_count", "removed_count", "explained_count", "refused_count", "refusals"),
    )
    fields = (*readonly_fields, "overruled_because")

    @admin.display(description=_("reasons"))
    def why(self, row: LibrarySnapshot) -> str:
        """Why it is not complete, in words."""
        return " · ".join(row.reason_names)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LibrarySnapshot | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LibrarySnapshot, form: Any, change: bool) -> None:
        """By the service: the rest of the library follows, and the trail says who and why."""
        reason = form.cleaned_data["overruled_because"]
        finishing.overrule(snapshot=obj, reason=reason, actor=cast("User", request.user))


class AuditedAdmin(admin.ModelAdmin[Any]):
    """What administrators decide about the law is kept in the trail."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Say who changed what."""
        super().save_model(request, obj, form, change)
        verb = f"ads.{obj._meta.model_name}_saved"
        audit.record(verb, actor=cast("User", request.user), on=obj, changed=form.changed_data)


@admin.register(Election)
class ElectionAdmin(AuditedAdmin):
    list_display = ("name", "country", "first_round", "last_round", "is_general")
    list_filter = ("country",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Rule)
class RuleAdmin(AuditedAdmin):
    list_display = ("title", "code", "country", "predicate", "window", "parameters", "is_active")
    list_filter = ("country", "is_active")
    search_fields = ("title", "code", "reference")
    actions = ("add_starter_rules",)

    @admin.action(description=_("Add the starter rules that are missing"))
    def add_starter_rules(self, request: HttpRequest, queryset: Any) -> None:
        """What an administrator changed stays as it is."""
        messages.success(request, _("%d rules were added.") % starter_rules.add_missing())


@admin.register(RuleHit)
class RuleHitAdmin(LookOnlyAdmin):
    list_display = ("ad", "rule", "election", "since", "until", "state")
    list_filter = ("state", "rule")
    list_select_related = ("ad__source", "rule", "election")


@admin.register(Ad)
class AdAdmin(LookOnlyAdmin):
    list_display = ("external_id", "source", "advertiser", "payer", "presence", "last_seen_at")
    list_filter = ("source", "presence")
    search_fields = ("=external_id",)
    list_select_related = ("source", "advertiser")
    show_full_result_count = False


@admin.register(AdvertiserName, AdvertiserTotal, Alert, Media, PresenceEvent)
class OtherAdmin(LookOnlyAdmin):
    show_full_result_count = False
