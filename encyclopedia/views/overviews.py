"""The encyclopedia seen whole: matrix of techniques, actors by country, timeline, ledger of commitments, links."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from encyclopedia import atlas, dimensions, ledger, overviews
from encyclopedia.models import Field, Page, Revision
from encyclopedia.views.finding import MovedError, find, moved_to, slice_of

_A_BOARD = 25


def language_of(request: HttpRequest, kind: str) -> tuple[str, list[str]]:
    """The language of pages to show, and those that have pages of this kind: the one asked for, else the reader's."""
    live = Page.objects.live().filter(kind__code=kind).order_by().values_list("language", flat=True)
    there = sorted(set(live.distinct()))
    for language in (request.GET.get("language", ""), get_language() or ""):
        if language in there:
            return language, there
    return (there[0] if there else settings.LANGUAGE_CODE), there


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Tactics and their techniques, with what is known against each."""
    language, languages = language_of(request, "technique")
    context = {"tactics": overviews.matrix(language), "language": language, "page_languages": languages}
    return render(request, "encyclopedia/matrix.html", context)


@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """Actors by country."""
    called = dimensions.names("country")["country"]
    counted = overviews.actors_by_country()
    most = max((number for _code, number in counted), default=1)
    rows = [
        atlas.Country(code, called.get(code, code), number, 100 * number // most) for code, number in counted
    ]
    context = {"rows": rows, "maps": atlas.maps(rows), "legend": atlas.legend(rows)}
    return render(request, "encyclopedia/countries.html", context)


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """Case studies, the latest first."""
    language, languages = language_of(request, "case-study")
    found = slice_of(request, overviews.case_studies(language))
    context = {
        "page_obj": found,
        "years": overviews.by_year(found),
        "language": language,
        "page_languages": languages,
    }
    return render(request, "encyclopedia/timeline.html", context)


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """Who promised or owes what, since when, and what speaks for it or against it."""
    language, languages = language_of(request, "commitment")
    rows = Page.objects.live().filter(language=language, kind__code="commitment").select_related("current")
    by, state = request.GET.get("by", ""), request.GET.get("state", "")
    owners = sorted({str(owner) for owner in rows.order_by().values_list("fields__by", flat=True) if owner})
    if by:
        rows = rows.filter(fields__by=by)
    if state:
        rows = rows.filter(fields__state=state)
    found = slice_of(request, rows.defer("parts").order_by("-fields__since", "title"), _A_BOARD)
    field = Field.objects.filter(kind__code="commitment", code="state").first()
    context = {
        "page_obj": found,
        "rows": [(page, ledger.evidence(page.current.document), history_of(page)) for page in found],
        "owners": owners,
        "states": field.choices if field else [],
        "by": by,
        "state": state,
        "language": language,
        "page_languages": languages,
    }
    return render(request, "encyclopedia/commitments.html", context)


def history_of(page: Page) -> list[ledger.Change]:
    """The states that a commitment went through, the latest first."""
    rows = Revision.objects.published().filter(page=page).select_related("keyframe").order_by("number")
    return ledger.states((row.document, row.saved_at, row.pk) for row in rows)[::-1]


@require_safe
def graph(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """The links around a page."""
    try:
        found = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "graph")
    drawn, others = overviews.graph_around(found)
    return render(request, "encyclopedia/graph.html", {"page": found, "graph": drawn, "others": others})
