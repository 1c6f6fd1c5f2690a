"""Rooms in the administration: those open to organisations, and bots; never what is said, nor private rooms."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collaborate import incident_admin  # noqa: F401 (Django looks for registrations here)
from collaborate.models import Bot, Link, Room
from collaborate.services import bots, rooms
from disinfo.accounts.models import User

_CHANGED_HERE = ("name", "topic", "language", "tlp", "slow_seconds", "retention_days", "is_archived")


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin[Room]):
    list_display = ("name", "kind", "organisation", "tlp", "retention_days", "is_archived", "last_at")
    list_filter = ("kind", "is_archived", "tlp")
    search_fields = ("name", "topic")
    list_select_related = ("organisation",)
    fields = ("kind", "organisation", *_CHANGED_HERE)
    readonly_fields = ("kind", "organisation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        """Rooms by seat are known to those who have one."""
        return super().get_queryset(request).exclude(kind__in=Room.BY_SEAT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A room is opened by somebody who is in it."""
        return False

    def save_model(self, request: HttpRequest, obj: Room, form: "ModelForm[Room]", change: bool) -> None:
        """By the service, so that the trail says who."""
        values = {name: form.cleaned_data[name] for name in form.changed_data if name in _CHANGED_HERE}
        rooms.change(room=Room.objects.get(pk=obj.pk), changer=cast("User", request.user), **values)


@admin.register(Bot)
class BotAdmin(admin.ModelAdmin[Bot]):
    list_display = ("user", "organisation", "purpose", "created_at")
    list_select_related = ("user", "organisation")
    actions = ("close",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An organisation makes its own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Bot | None = None) -> bool:
        """And changes it itself."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Bot | None = None) -> bool:
        """What it said stays, and so does it: it is closed instead."""
        return False

    @admin.action(description=_("Close"), permissions=["view"])
    def close(self, request: HttpRequest, queryset: QuerySet[Bot]) -> None:
        """End what is chosen."""
        for bot in queryset.select_related("user", "organisation"):
            bots.close(bot=bot, actor=cast("User", request.user))


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin[Link]):
    list_display = ("url", "state", "title", "read_at")
    list_filter = ("state",)
    search_fields = ("title",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        """Those posted where every organisation reads."""
        return super().get_queryset(request).filter(messages__room__kind=Room.Kind.PUBLIC).distinct()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They come with messages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Link | None = None) -> bool:
        """A page says of itself what it says."""
        return False
