"""Incidents, requests, watches and integrations for administrators: those of rooms that every organisation may enter.

A log is written once: here it is read, like all that people of an incident decide. What an administrator does is stop
what misbehaves, each thing by its service, so that the trail says who.
"""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collaborate.models import Address, Hook, Incident, LogEntry, ResponseTarget, Room, Takedown, Watch
from collaborate.services import calling, watching
from disinfo.accounts import audit
from disinfo.accounts.models import User


class _ReadOnly(admin.ModelAdmin[Any]):
    """May be looked at; `rooms` is the way from its rows to the room, which is open to every organisation."""

    rooms = "room"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Closed rooms are for those who have a place in them, administrators not excepted."""
        rows = super().get_queryset(request).filter(**{f"{self.rooms}__kind": Room.Kind.PUBLIC})
        return rows.distinct()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are made in rooms."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """And changed there."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was logged stays."""
        return False


@admin.register(Incident)
class IncidentAdmin(_ReadOnly):
    list_display = (
        "room",
        "state",
        "severity",
        "owner",
        "is_exercise",
        "detected_at",
        "closed_at",
        "log_count",
    )
    list_filter = ("state", "severity", "is_exercise")
    search_fields = ("room__name",)
    list_select_related = ("room", "owner")
    readonly_fields = ("log_count", "log_head")
    exclude = ("origin",)


@admin.register(LogEntry)
class LogEntryAdmin(_ReadOnly):
    rooms = "incident__room"
    list_display = ("incident", "number", "at", "kind", "author", "organisation", "text")
    list_filter = ("kind",)
    list_select_related = ("incident__room",)


@admin.register(Takedown)
class TakedownAdmin(_ReadOnly):
    """Requests, by platform."""

    rooms = "incident__room"
    list_display = ("platform", "address", "incident", "sent_at", "gone_at", "withdrawn_at", "target_minutes")
    list_filter = ("platform",)
    search_fields = ("platform",)
    list_select_related = ("address__link", "incident__room")
    date_hierarchy = "sent_at"


@admin.register(Address)
class AddressAdmin(_ReadOnly):
    rooms = "incidents__room"
    list_display = ("link", "archived_at", "checked_at", "gone_since", "problem")
    list_select_related = ("link",)


@admin.register(Watch)
class WatchAdmin(_ReadOnly):
    list_display = ("name", "room", "kind", "is_active", "checked_at", "problem", "failures")
    list_filter = ("kind", "is_active")
    list_select_related = ("room",)
    actions = ("end",)

    @admin.action(description=_("Follow no longer"), permissions=["view"])
    def end(self, request: HttpRequest, queryset: QuerySet[Watch]) -> None:
        """End what is chosen."""
        for watch in queryset.order_by("pk"):
            watching.end(watch=watch, actor=cast("User", request.user))


@admin.register(Hook)
class HookAdmin(_ReadOnly):
    """Integrations; never what they are let in by."""

    list_display = ("bot", "room", "kind", "word", "address", "created_at")
    list_filter = ("kind",)
    list_select_related = ("room", "bot__user")
    fields = readonly_fields = ("bot", "room", "kind", "word", "address", "by_get", "created_at")
    actions = ("close",)

    @admin.action(description=_("Close"), permissions=["view"])
    def close(self, request: HttpRequest, queryset: QuerySet[Hook]) -> None:
        """Close what is chosen."""
        for hook in queryset.select_related("bot__user", "bot__organisation").order_by("pk"):
            calling.close_hook(hook=hook, actor=cast("User", request.user))


@admin.register(ResponseTarget)
class ResponseTargetAdmin(admin.ModelAdmin[ResponseTarget]):
    """The minutes that each organisation gives platforms in the incidents it opens."""

    list_display = ("organisation", "minutes")
    list_select_related = ("organisation",)

    def save_model(self, request: HttpRequest, obj: ResponseTarget, form: Any, change: bool) -> None:
        """Kept, and written into the trail."""
        super().save_model(request, obj, form, change)
        actor = cast("User", request.user)
        audit.record(
            "collaborate.target", actor=actor, on=obj, organisation=obj.organisation, minutes=obj.minutes
        )
