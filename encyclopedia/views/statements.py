"""What organisations say: their criteria and what they have in common, and the log of counter-measures."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disinfo.accounts.models import Organisation, Role, User
from disinfo.accounts.permissions import can, has_role, roles_of
from disinfo.portal.tools import Card, ask_each, tools
from encyclopedia import house_rules
from encyclopedia.document import Document
from encyclopedia.models import Attempt, Criterion, Page, StatedCriteria
from encyclopedia.permissions import can_moderate
from encyclopedia.services import stating
from encyclopedia.views.finding import MovedError, find, moved_to, slice_of
from encyclopedia.views.overviews import language_of

_MOST_INCIDENTS = 50


@login_required
@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    """The criteria that two organisations share, and the case studies that meet all of those."""
    if not has_role(request.user, Role.MEMBER):
        raise PermissionDenied
    stated = StatedCriteria.objects.filter(organisation__status=Organisation.Status.VETTED)
    rows = list(stated.select_related("organisation").prefetch_related("criteria"))
    own = list(Organisation.objects.vetted().filter(pk__in=roles_of(request.user)))
    chosen = [row for row in rows if str(row.organisation_id) in request.GET.getlist("with")]
    shared = [
        each
        for each in Criterion.objects.all()
        if chosen and all(each in row.criteria.all() for row in chosen)
    ]
    language, languages = language_of(request, "case-study")
    pages = Page.objects.live().filter(language=language, kind__code="case-study")
    codes = [each.code for each in shared]
    if shared:
        pages = pages.with_facets({"criterion": codes})
    judged = {code for tool in tools() for code in tool.criteria}
    context = {
        "rows": rows,
        "chosen": [row.organisation_id for row in chosen],
        "shared": shared,
        "is_asked": bool(chosen),
        "page_obj": slice_of(request, pages.select_related("kind").defer("parts", "fields").by_title()),
        "incidents": _meeting(codes, request) if shared else [],
        "not_asked": [each for each in shared if each.code not in judged],
        "manages": [each for each in own if can(request.user, "manage", each)],
        "all_criteria": Criterion.objects.all(),
        "own_codes": {row.organisation_id: [each.pk for each in row.criteria.all()] for row in rows},
        "language": language,
        "page_languages": languages,
    }
    return render(request, "encyclopedia/criteria.html", context)


def _meeting(codes: Sequence[str], request: HttpRequest) -> list[Card]:
    answers = ask_each(lambda tool: tool.meeting(codes, request.user, _MOST_INCIDENTS))
    return [card for _tool, cards in answers for card in cards]


@login_required
@require_POST
def state_criteria(request: HttpRequest, slug: str) -> HttpResponse:
    """An admin of an organisation says which criteria it judges by."""
    organisation = get_object_or_404(Organisation.objects.vetted(), slug=slug)
    if not can(request.user, "manage", organisation):
        raise PermissionDenied
    asked = [int(key) for key in request.POST.getlist("criterion") if key.isdecimal()]
    stating.state_criteria(
        organisation=organisation,
        criteria=Criterion.objects.filter(pk__in=asked),
        actor=cast("User", request.user),
    )
    return redirect("encyclopedia:criteria")


class AttemptForm(forms.ModelForm[Attempt]):
    """What was tried; it is public, so that it asks to look again where it may name a person."""

    is_confirmed = forms.BooleanField(label=_("I have looked: this may be published"), required=False)

    class Meta:
        model = Attempt
        fields = ("organisation", "tried_on", "what", "cost", "result", "evidence", "ethics")
        widgets = {"tried_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]  # a form knows fields, not their class
        self.fields["organisation"].empty_label = None  # type: ignore[attr-defined]  # the same
        for name in ("what", "evidence", "ethics"):
            self.fields[name].widget.attrs["rows"] = 3

    def clean_tried_on(self) -> date:
        """What is planned has not been tried."""
        day: date = self.cleaned_data["tried_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                _("This day has not come yet: note what was tried, not what is planned.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Ask before a text that may name a private person is published."""
        cleaned = super().clean() or self.cleaned_data
        said = "\n\n".join(str(cleaned.get(name, "")) for name in ("what", "cost", "evidence", "ethics"))
        found = [each for each in house_rules.check(Document("", "", body=said)) if each.is_personal]
        if found and not cleaned.get("is_confirmed"):
            words = ", ".join(each.excerpt for each in found)
            self.add_error(
                "is_confirmed", _("This may be about a private person: %(words)s") % {"words": words}
            )
        return cleaned


@login_required
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Note on a counter-measure what an organisation of the reader has tried."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "log")
    if page.kind.code != "countermeasure" or page.is_deleted:
        raise Http404
    organisations = Organisation.objects.vetted().filter(pk__in=roles_of(request.user)).order_by("name")
    if not organisations:
        raise PermissionDenied
    form = AttemptForm(request.POST or None, organisations=organisations)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in AttemptForm.Meta.fields}
        stating.note_attempt(page=page, author=cast("User", request.user), **values)
        return redirect(page)
    return render(request, "encyclopedia/log.html", {"page": page, "form": form})


@login_required
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """A moderator hides an entry of the log, or shows it again."""
    if not can_moderate(request.user):
        raise PermissionDenied
    attempt = get_object_or_404(Attempt.objects.select_related("page", "organisation"), pk=pk)
    stating.hide_attempt(
        attempt=attempt,
        moderator=cast("User", request.user),
        reason=request.POST.get("reason", "").strip(),
        is_hidden=not attempt.is_hidden,
    )
    return redirect(attempt.page)
