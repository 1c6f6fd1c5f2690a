"""The bot clusters for administrators: what the engine found may be looked at, the allow-list and requests changed."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from botdetect.models import (
    AllowedAccount,
    Cluster,
    Collection,
    Erasure,
    Harvest,
    PublicRequest,
    Review,
    Run,
    Spending,
)
from botdetect.services import allowing, requests, retention
from disinfo.accounts.models import User


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """For what services write: it may be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The services' own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The services' own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was found stays until it is forgotten."""
        return False


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "source",
        "organisation",
        "shares",
        "accounts_count",
        "expires_at",
        "aggregated_at",
    )
    list_filter = ("source",)
    search_fields = ("name",)
    actions = ("forget_now",)

    @admin.action(description=_("Remove the personal data now"), permissions=["view"])
    def forget_now(self, request: HttpRequest, queryset: QuerySet[Collection]) -> None:
        """Leave only numbers of what is chosen."""
        for collection in queryset.filter(aggregated_at=None):
            retention.forget_collection(collection=collection, actor=cast("User", request.user))
        messages.success(request, _("Only numbers remain."))


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ("collection", "trace", "state", "created_at", "finished_at")
    list_filter = ("state", "trace")


@admin.register(Cluster)
class ClusterAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "run", "state", "accounts_count", "published_at")
    list_filter = ("state",)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("cluster", "reviewer", "decision", "at")
    list_filter = ("decision",)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "erased_at")


@admin.register(AllowedAccount)
class AllowedAccountAdmin(admin.ModelAdmin[AllowedAccount]):
    list_display = ("name", "reason", "added_by", "added_at")
    fields = ("name", "reason")
    search_fields = ("name", "reason")

    def save_model(self, request: HttpRequest, obj: AllowedAccount, form: Any, change: bool) -> None:
        """By the service, so that the trail says who."""
        allowing.allow(account=obj, actor=cast("User", request.user))


@admin.register(PublicRequest)
class PublicRequestAdmin(ReadOnlyAdmin):
    list_display = ("kind", "account", "email", "is_settled", "created_at")
    list_filter = ("kind", "is_settled")
    actions = ("settle", "erase_account")

    @admin.action(description=_("Settled"), permissions=["view"])
    def settle(self, request: HttpRequest, queryset: QuerySet[PublicRequest]) -> None:
        """Note that they have been dealt with."""
        for asked in queryset:
            requests.settle(asked=asked, actor=cast("User", request.user))

    @admin.action(description=_("Forget the account, and settle"), permissions=["view"])
    def erase_account(self, request: HttpRequest, queryset: QuerySet[PublicRequest]) -> None:
        """Forget the account of each request to erase."""
        for asked in queryset.filter(kind=PublicRequest.Kind.ERASE).exclude(account=""):
            retention.erase(name=asked.account, actor=cast("User", request.user))
            requests.settle(asked=asked, actor=cast("User", request.user))
        messages.success(request, _("Forgotten."))


@admin.register(Harvest)
class HarvestAdmin(ReadOnlyAdmin):
    list_display = ("collection", "kind", "state", "calls", "reads", "money", "most_money", "created_at")
    list_filter = ("state", "kind")
    exclude = ("asked",)


@admin.register(Spending)
class SpendingAdmin(ReadOnlyAdmin):
    list_display = ("month", "money", "calls")
