"""The portal's rows for administrators."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from disinfo import fetcher
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


class WebhookForm(forms.ModelForm[Webhook]):
    """An address that can be called, and a list of what it is told."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")

    class Meta:
        model = Webhook
        fields = ("organisation", "url", "events", "secret", "is_active")

    def clean_url(self) -> str:
        """Refused while it is written, where each call would be refused."""
        url = str(self.cleaned_data["url"])
        if "url" in self.changed_data:
            fetcher.check_address(url)
        return url

    def clean_events(self) -> list[str]:
        """Names of events: anything else would break what causes the next event."""
        events = self.cleaned_data["events"]
        if not isinstance(events, list) or not all(isinstance(each, str) for each in events):
            raise ValidationError(_('Write a list of names, such as ["terms.change"], or [] for all.'))
        return events


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin[Webhook]):
    form = WebhookForm
    list_display = ("url", "organisation", "is_active", "last_call", "created_at")
    list_filter = ("is_active",)
    search_fields = ("url", "organisation__name")

    @admin.display(description=_("last call"))
    def last_call(self, hook: Webhook) -> str:
        """When it was last called, and why that failed."""
        call = hook.last_call
        return (
            f"{date_format(localtime(call.at), 'SHORT_DATETIME_FORMAT')} {call.why}".rstrip() if call else "-"
        )


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
