"""The portal's rows for administrators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from disinfo.portal.models import Counter, DeliveryAttempt, Job, Lease, OutboxMessage, Webhook


class DeliveryInline(admin.TabularInline[DeliveryAttempt, OutboxMessage]):
    model = DeliveryAttempt
    extra = 0
    can_delete = False
    readonly_fields = ("at", "succeeded", "detail")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Attempts are written by the sender."""
        return False


@admin.register(OutboxMessage)
class OutboxAdmin(admin.ModelAdmin[OutboxMessage]):
    list_display = ("created_at", "kind", "recipient", "subject", "state", "attempts", "next_attempt_at")
    list_filter = ("state", "kind")
    search_fields = ("recipient", "subject")
    readonly_fields = ("kind", "recipient", "subject", "key", "webhook", "created_at", "sent_at")
    exclude = ("payload",)
    inlines = (DeliveryInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: OutboxMessage | None = None) -> tuple[str, ...]:
        """What a webhook is told; never a mail, whose links open somebody's account."""
        is_webhook = obj is not None and obj.kind == OutboxMessage.Kind.WEBHOOK
        return (*self.readonly_fields, "payload") if is_webhook else self.readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Messages are written by services."""
        return False


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin[Webhook]):
    list_display = ("url", "organisation", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("url", "organisation__name")


@admin.register(Job)
class JobAdmin(admin.ModelAdmin[Job]):
    list_display = ("label", "kind", "state", "stage", "done", "total", "updated_at")
    list_filter = ("state", "kind")
    search_fields = ("label",)


@admin.register(Lease)
class LeaseAdmin(admin.ModelAdmin[Lease]):
    list_display = ("key", "until")
    search_fields = ("key",)


@admin.register(Counter)
class CounterAdmin(admin.ModelAdmin[Counter]):
    list_display = ("name", "day", "count")
    list_filter = ("name",)
    search_fields = ("name",)
