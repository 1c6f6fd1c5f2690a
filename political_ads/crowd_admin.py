"""The crowd for administrators: known answers, sessions, queue, nightly checks, the text model."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.models import User
from political_ads.labels import Label
from political_ads.models import CitizenReport, Gold, MonitorRun, Review, Task, TriageRun, Vote, Voter
from political_ads.services import reviewing, standing


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """For what services write: it may be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A service's own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A service's own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was recorded stays."""
        return False


@admin.register(Gold)
class GoldAdmin(admin.ModelAdmin[Gold]):
    list_display = ("creative", "label", "author", "created_at")
    list_filter = ("label",)
    list_select_related = ("creative", "author")
    search_fields = ("creative__text", "note")
    raw_id_fields = ("creative",)
    fields = ("creative", "label", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Gold | None = None) -> tuple[str, ...]:
        """The creative stays: another one is another known answer."""
        return ("creative",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Gold, form: Any, change: bool) -> None:
        """By the service, so that the queue asks it and the trail says who."""
        kept = reviewing.make_gold(
            creative=obj.creative, label=Label(obj.label), note=obj.note, actor=cast("User", request.user)
        )
        obj.pk = kept.pk

    def delete_model(self, request: HttpRequest, obj: Gold) -> None:
        """By the service, so that the creative is classified like any other again."""
        reviewing.drop_gold(gold=obj, actor=cast("User", request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Gold]) -> None:
        """One by one, by the service."""
        for gold in queryset:
            reviewing.drop_gold(gold=gold, actor=cast("User", request.user))


@admin.register(Voter)
class VoterAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "status",
        "reason",
        "votes_count",
        "gold_seen",
        "gold_right",
        "fast_count",
        "created_at",
    )
    list_filter = ("status",)
    search_fields = ("id", "network")
    date_hierarchy = "created_at"
    actions = ("revoke", "put_on_probation", "take_back")

    @admin.action(description=_("Revoke: their answers count for nothing"), permissions=["moderate"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Voter]) -> None:
        """Every answer of theirs is left out, and each creative recounted."""
        self._set(request, queryset, Voter.Status.REVOKED)

    @admin.action(description=_("Put on probation: their answers weigh nothing"), permissions=["moderate"])
    def put_on_probation(self, request: HttpRequest, queryset: QuerySet[Voter]) -> None:
        """They may go on, unweighed."""
        self._set(request, queryset, Voter.Status.PROBATION)

    @admin.action(description=_("Let their answers count again"), permissions=["moderate"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Voter]) -> None:
        """As if nothing had been."""
        self._set(request, queryset, Voter.Status.ACTIVE)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Who may change sessions may decide about them, though not by hand."""
        return request.user.has_perm("political_ads.change_voter")

    def _set(self, request: HttpRequest, queryset: QuerySet[Voter], status: Voter.Status) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        count = standing.set_status(
            voters=keys, status=status, reason="by an administrator", actor=cast("User", request.user)
        )
        messages.success(request, _("%d sessions are changed; their answers follow within a minute.") % count)


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    actions = ("hide", "show_again")
    list_display = (
        "creative",
        "state",
        "top",
        "confidence",
        "votes_count",
        "trusted_count",
        "monitor_top",
        "finding",
    )
    list_filter = ("state", "top", "language", "bucket", "is_audit")
    list_select_related = ("creative",)
    show_full_result_count = False

    @admin.action(description=_("Hide: no longer shown to anybody"), permissions=["decide"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        self._set_hidden(request, queryset, is_hidden=True)

    @admin.action(description=_("Show again, and classify anew"), permissions=["decide"])
    def show_again(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        self._set_hidden(request, queryset.filter(state=Task.State.HIDDEN), is_hidden=False)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who may change tasks may hide them, though not change their scores by hand."""
        return request.user.has_perm("political_ads.change_task")

    def _set_hidden(self, request: HttpRequest, queryset: QuerySet[Task], *, is_hidden: bool) -> None:
        for task in queryset:
            reviewing.set_hidden(
                creative=task.creative,
                is_hidden=is_hidden,
                actor=cast("User", request.user),
                reason="by an administrator",
            )


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ("creative", "label", "weight", "status", "is_gold", "milliseconds", "created_at")
    list_filter = ("status", "label", "is_gold")
    list_select_related = ("creative",)
    show_full_result_count = False


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("creative", "reviewer", "label", "created_at")
    list_select_related = ("creative", "reviewer")


@admin.register(CitizenReport)
class CitizenReportAdmin(ReadOnlyAdmin):
    list_display = ("platform", "advertiser", "seen_on", "status", "moderator", "decided_at")
    list_filter = ("status",)


@admin.register(MonitorRun)
class MonitorRunAdmin(ReadOnlyAdmin):
    list_display = ("ran_at", "votes_count", "tasks_count", "doubted_count", "probation_count", "alpha")


@admin.register(TriageRun)
class TriageRunAdmin(ReadOnlyAdmin):
    list_display = ("trained_at", "examples_count", "political_share", "accuracy", "auc", "scored_count")
