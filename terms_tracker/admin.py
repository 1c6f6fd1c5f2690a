"""The terms tracker for administrators: declarations can be tried before they are saved."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from disinfo.accounts.models import User
from terms_tracker import refusals
from terms_tracker.extraction import DeclarationError, parse_terms
from terms_tracker.extraction.history import parse_history
from terms_tracker.models import (
    Collection,
    Memo,
    Peer,
    Remote,
    Service,
    Snapshot,
    SourceDocument,
    Subscription,
    Suggestion,
    Terms,
    TermsQuerySet,
    Topic,
    Version,
)
from terms_tracker.services import collections, declarations, federation, pushing, tracking, trial


@admin.register(Peer)
class PeerAdmin(admin.ModelAdmin[Peer]):
    """Collections elsewhere, and whether they answer."""

    list_display = ("name", "endpoint", "is_active", "read_at", "problem")
    readonly_fields = ("read_at", "problem")
    actions = ("ask_now",)

    @admin.action(description=_("Ask what they track now"))
    def ask_now(self, request: HttpRequest, queryset: QuerySet[Peer]) -> None:
        """The chosen ones, while the administrator waits."""
        answered = sum(federation.refresh(peer=peer) for peer in queryset[:20])
        messages.info(request, _("Collections that answered: %(number)d.") % {"number": answered})


class TopicForm(forms.ModelForm[Topic]):
    """A topic, its phrases written one a line."""

    phrases = forms.CharField(
        label=_("Phrases"),
        widget=forms.Textarea(attrs={"rows": 14, "cols": 60}),
        help_text=_(
            "One a line, in French and in English; case, accents and plurals do not matter. They count for changes "
            "recorded from now on: `python manage.py terms_classify --again` looks at earlier ones anew."
        ),
    )

    class Meta:
        model = Topic
        fields = ["code", "name_en", "name_fr", "phrases", "is_active", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["phrases"] = "\n".join(self.instance.phrases)

    def clean_phrases(self) -> list[str]:
        """Each once, in the order written."""
        lines = (" ".join(line.split()) for line in str(self.cleaned_data["phrases"]).splitlines())
        return list(dict.fromkeys(filter(None, lines)))


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin[Topic]):
    """What changes are tagged with. New phrases count for changes recorded from then on; see `terms_classify`."""

    form = TopicForm
    list_display = ("code", "name_en", "name_fr", "is_active", "position")
    list_editable = ("is_active", "position")


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """For what the tracker writes: it may be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The tracker's own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The tracker's own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was recorded stays."""
        return False


class RemoteForm(forms.ModelForm[Remote]):
    """An address that may be pushed to from here."""

    address = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("https only. The token for its host stands in the environment: TERMS_PUSH_TOKENS."),
    )

    class Meta:
        model = Remote
        fields = ["kind", "address", "is_active"]

    def clean_address(self) -> str:
        """Its host must be of the public Web, or allowed by the settings."""
        address = str(self.cleaned_data["address"])
        pushing.check_address(address)
        return address


class RemoteInline(admin.TabularInline[Remote, Collection]):
    """Where the archives of the collection are pushed to, and how that goes."""

    model = Remote
    form = RemoteForm
    extra = 0
    readonly_fields = ("pushed_at", "problem")


@admin.register(Collection)
class CollectionAdmin(admin.ModelAdmin[Collection]):
    list_display = ("name", "key", "is_public", "organisation")
    list_filter = ("is_public",)
    search_fields = ("name", "key")
    inlines = (RemoteInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Collection | None = None) -> tuple[str, ...]:
        """The identifier names the folder of the archives: it stays."""
        return ("key",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Collection, form: Any, change: bool) -> None:
        """By the service, so that the search follows who may read it, and the trail says who changed that."""
        collections.save_collection(collection=obj, actor=cast("User", request.user))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """By the service, so that the trail says where archives are pushed to."""
        actor = cast("User", request.user)
        for remote in formset.save(commit=False):
            pushing.save_remote(remote=remote, actor=actor)
        for remote in formset.deleted_objects:
            pushing.forget_remote(remote=remote, actor=actor)


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin[Service]):
    list_display = ("name", "collection", "key")
    list_filter = ("collection",)
    search_fields = ("name", "key")

    def get_readonly_fields(self, request: HttpRequest, obj: Service | None = None) -> tuple[str, ...]:
        """The identifier is the name of the folder in the archives: it stays."""
        return ("key", "collection") if obj else ()


class TermsForm(forms.ModelForm[Terms]):
    """The declaration is checked as the tracker will read it."""

    class Meta:
        model = Terms
        fields = ["service", "type", "slug", "declaration", "history", "is_active", "next_check_at"]
        widgets = {"declaration": forms.Textarea(attrs={"rows": 14, "cols": 90, "spellcheck": "false"})}

    def clean(self) -> dict[str, Any] | None:
        """Refuse a declaration, present or past, that cannot be read, saying which field is wrong."""
        cleaned = super().clean() or self.cleaned_data
        terms_type = cleaned.get("type", self.instance.type)
        if declaration := cleaned.get("declaration"):
            try:
                parse_terms(terms_type, declaration)
            except DeclarationError as error:
                self.add_error("declaration", refusals.in_words(str(error)))
        if history := cleaned.get("history"):
            try:
                parse_history({terms_type: history})
            except DeclarationError as error:
                self.add_error("history", refusals.in_words(str(error)))
        return cleaned


@admin.register(Terms)
class TermsAdmin(admin.ModelAdmin[Terms]):
    form = TermsForm
    list_display = (
        "service",
        "type",
        "is_active",
        "health",
        "last_checked_at",
        "last_change_at",
        "error_code",
    )
    list_filter = ("is_active", "error_code", "service__collection", "type")
    search_fields = ("service__name", "service__key", "type")
    autocomplete_fields = ("service",)
    prepopulated_fields = {"slug": ("type",)}
    list_select_related = ("service__collection",)
    actions = ("check_now", "start_tracking", "pause_tracking")
    change_form_template = "admin/terms_tracker/terms/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Terms | None = None) -> tuple[str, ...]:
        """Service and type are the path in the archives: they stay."""
        return ("service", "type", "slug") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Terms | None = None) -> dict[str, Any]:
        """For a new one only."""
        return {} if obj else self.prepopulated_fields

    def get_urls(self) -> list[Any]:
        """One more: the trial."""
        return [path("try/", self.admin_site.admin_view(self.try_it), name="terms_try"), *super().get_urls()]

    def try_it(self, request: HttpRequest) -> HttpResponse:
        """Fetch and extract by the declaration in the form, and show the result or the error; nothing is saved."""
        if request.method != "POST" or not self.has_change_permission(request):
            return HttpResponse(status=405)
        result = trial.run(
            terms_type=request.POST.get("type", ""), declaration=request.POST.get("declaration", "")
        )
        context = {
            **self.admin_site.each_context(request),
            "result": result,
            "title": _("Trial of a declaration"),
        }
        return TemplateResponse(request, "admin/terms_tracker/terms/try.html", context)

    def save_model(self, request: HttpRequest, obj: Terms, form: Any, change: bool) -> None:
        """By the service, so that documents follow and the trail says who."""
        written = form.changed_data if change else None
        declarations.save_terms(terms=obj, actor=cast("User", request.user), written=written)

    @admin.action(description=_("Check now"))
    def check_now(self, request: HttpRequest, queryset: QuerySet[Terms]) -> HttpResponse:
        """Have a worker check what is chosen, and show its progress."""
        job = tracking.ask_for_pass(
            chosen=Terms.objects.filter(pk__in=queryset.values("pk")), actor=cast("User", request.user)
        )
        return redirect(job)

    @admin.action(description=_("Start tracking"))
    def start_tracking(self, request: HttpRequest, queryset: QuerySet[Terms]) -> None:
        """Track what is chosen."""
        chosen = cast("TermsQuerySet", queryset)
        count = declarations.set_tracking(chosen=chosen, is_active=True, actor=cast("User", request.user))
        told = ngettext(
            "%(number)d terms is tracked from now on.", "%(number)d terms are tracked from now on.", count
        )
        messages.success(request, told % {"number": count})

    @admin.action(description=_("Pause tracking"))
    def pause_tracking(self, request: HttpRequest, queryset: QuerySet[Terms]) -> None:
        """Leave what is chosen alone."""
        chosen = cast("TermsQuerySet", queryset)
        count = declarations.set_tracking(chosen=chosen, is_active=False, actor=cast("User", request.user))
        told = ngettext("%(number)d terms is paused.", "%(number)d terms are paused.", count)
        messages.success(request, told % {"number": count})


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    list_display = ("terms", "kind", "fetched_at", "words_added", "words_removed", "commit")
    list_filter = ("kind",)
    search_fields = ("commit", "terms__service__name", "terms__type")
    date_hierarchy = "fetched_at"
    list_select_related = ("terms__service",)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("terms", "document_id", "fetched_at", "commit")
    search_fields = ("commit", "terms__service__name", "terms__type")
    date_hierarchy = "fetched_at"
    list_select_related = ("terms__service",)


@admin.register(SourceDocument)
class SourceDocumentAdmin(ReadOnlyAdmin):
    list_display = ("location", "terms", "document_id", "etag")
    search_fields = ("location", "terms__service__name")
    list_select_related = ("terms__service",)


@admin.register(Memo)
class MemoAdmin(ReadOnlyAdmin):
    list_display = ("title", "terms", "organisation", "state", "updated_at")
    list_filter = ("state", "organisation")
    search_fields = ("title", "commit")
    list_select_related = ("terms__service", "organisation")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("owner", "way", "next_at", "created_at")
    list_filter = ("way",)
    # The secret of a feed and of a webhook is its owner's.
    exclude = ("secret", "webhook")


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    list_display = ("service_name", "terms_type", "state", "created_at", "decided_by")
    list_filter = ("state",)
    search_fields = ("service_name", "terms_type")
