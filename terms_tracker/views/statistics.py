"""Statistics: pages with charts, and the same figures for spreadsheets."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disinfo import exports
from terms_tracker import statistics as figures
from terms_tracker.models import Collection
from terms_tracker.views.lists import find_terms

_KEPT_SECONDS = 600


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Changes a month, a class and a type; what changes most and least."""
    selected, with_folded = request.GET.get("collection", ""), bool(request.GET.get("all"))
    rows = figures.changes_of(request.user, collection=selected, with_folded=with_folded)
    context = {
        "months": figures.by_month(rows),
        "classes": figures.by_class(figures.changes_of(request.user, collection=selected)),
        "types": figures.by_type(rows),
        "most": figures.most_changing(rows),
        "least": figures.least_changing(request.user, collection=selected),
        "collections": Collection.objects.visible_to(request.user),
        "selected": selected,
        "with_folded": with_folded,
        "at": timezone.now(),
    }
    return render(request, "terms_tracker/statistics.html", context)


@require_safe
def statistics_table(request: HttpRequest) -> HttpResponseBase:
    """The same counts a month, class and type, as CSV."""
    rows = figures.changes_of(request.user, collection=request.GET.get("collection", ""))
    return exports.as_file(request, "terms-changes", "csv", figures.COLUMNS, figures.table(rows))


@require_safe
def terms_statistics(request: HttpRequest, collection: str, service: str, terms: str) -> HttpResponseBase:
    """Length and readability of one terms over time, as a page or as CSV."""
    found = find_terms(request, collection, service, terms)
    latest = found.versions.first()
    # Reading forty long texts takes a second: once for each newest version is enough.
    key = f"terms:measured:{found.pk}:{latest.commit if latest else ''}"
    measured = cache.get(key)
    if measured is None:
        measured = figures.measured(found)
        cache.set(key, measured, timeout=_KEPT_SECONDS)
    if request.GET.get("format") == "csv":
        rows = figures.rows_of(measured)
        return exports.as_file(
            request, f"{found.service.slug}-{found.slug}", "csv", figures.TERMS_COLUMNS, rows
        )
    context = {"terms": found, "measured": measured, **figures.lines_of(measured)}
    return render(request, "terms_tracker/terms_statistics.html", context)
