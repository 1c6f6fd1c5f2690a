"""What staff decide on suggestions: each is tried, beside the text that is archived, and tracked in one go."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from disinfo import worddiff
from disinfo.diffview import blocks_of
from terms_tracker.forms import DecisionForm
from terms_tracker.models import Collection, Suggestion
from terms_tracker.services import suggesting

_PER_PAGE = 50


@login_required
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What waits for staff."""
    if not request.user.is_staff:
        raise PermissionDenied
    page = Paginator(Suggestion.objects.waiting(), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "terms_tracker/suggestions.html", {"page_obj": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: to be mended, tried, accepted or refused."""
    if not request.user.is_staff:
        raise PermissionDenied
    found = get_object_or_404(Suggestion.objects.select_related("terms__service__collection"), pk=pk)
    form = DecisionForm(request.POST or None, initial=_initial(found))
    deed, user = request.POST.get("deed", ""), request.user
    tried: suggesting.Tried | None = None
    try:
        if deed == "refuse":
            suggesting.refuse(suggestion=found, actor=user)
            return redirect("terms:suggestions")
        if deed in {"try", "accept"} and form.is_valid():
            asked = form.cleaned_data
            tried = suggesting.try_out(
                suggestion=found, terms_type=asked["terms_type"], declaration=asked["declaration"]
            )
            if deed == "accept" and tried.trial.is_good:
                terms = suggesting.accept(suggestion=found, actor=user, **asked)
                messages.success(request, _("Tracked from now on, as it was tried."))
                return redirect(terms)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    # What could not be read takes nothing away from the text that is archived.
    read = tried if tried and tried.trial.is_good and tried.before else None
    context = {
        "suggestion": found,
        "form": form,
        "tried": tried,
        "is_refused": bool(tried and deed == "accept"),
        "blocks": blocks_of(worddiff.diff(read.before, read.after)) if read else [],
    }
    return render(request, "terms_tracker/suggestion.html", context, status=400 if form.errors else 200)


def _initial(found: Suggestion) -> dict[str, object]:
    terms = found.terms
    only = Collection.objects.first() if Collection.objects.count() == 1 else None
    return {
        "collection": terms.service.collection if terms else found.collection or only,
        "service_name": terms.service.name if terms else found.service_name,
        "terms_type": terms.type if terms else found.terms_type,
        "declaration": found.declaration,
    }
