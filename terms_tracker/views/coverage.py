"""The coverage board."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terms_tracker.coverage import DAYS, boards
from terms_tracker.models import Collection

_ROWS, _FIRST_ROWS = 100, 25


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Each collection: what is tracked, since when, and what fails, why."""
    selected = request.GET.get("collection", "")
    page = request.GET.get("page") if selected else None
    context = {
        "boards": [
            (board, Paginator(board.rows, _ROWS if selected else _FIRST_ROWS).get_page(page))
            for board in boards(request.user, collection=selected)
        ],
        "collections": Collection.objects.visible_to(request.user),
        "selected": selected,
        "days": DAYS,
    }
    return render(request, "terms_tracker/coverage.html", context)
