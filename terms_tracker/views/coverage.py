"""The coverage board."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terms_tracker.coverage import DAYS, boards
from terms_tracker.models import Collection


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Each collection: what is tracked, since when, and what fails, why."""
    selected = request.GET.get("collection", "")
    context = {
        "boards": boards(request.user, collection=selected),
        "collections": Collection.objects.visible_to(request.user),
        "selected": selected,
        "days": DAYS,
    }
    return render(request, "terms_tracker/coverage.html", context)
