"""Finding pages: the first page, the search by words and facets, what changed, what is missing."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from disinfo import search
from disinfo.accounts.models import User
from encyclopedia import counts, dimensions, overviews
from encyclopedia.models import Facet, Kind, Page, Phase, Revision
from encyclopedia.permissions import can_moderate
from encyclopedia.services.publishing import TOOL
from encyclopedia.views.finding import InTurn, is_number, slice_of

_MOST_FOUND = 500
# Of pages with some words of a question: further down they have little to do with it.
_MOST_OF_SOME = 20
# Of changes: counting all of a long history takes longer than reading a page of it.
_MOST_LISTED = 5_000
# With fewer than this, the reader may have misspelt the name of a page.
_FEW = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The ways in: by phase, by kind, by word; what changed last."""
    context = {
        "phases": Phase.objects.all(),
        "kinds": Kind.objects.all(),
        "pages_count": Page.objects.live().count(),
        "recent": Revision.objects.published()
        .written_here()
        .filter(page__is_deleted=False)
        .defer("data")
        .newest_first()[:8],
    }
    return render(request, "encyclopedia/home.html", context)


def chosen_in(request: HttpRequest) -> dict[str, list[str]]:
    """The facets that the address asks for."""
    asked = {dimension: request.GET.getlist(dimension) for dimension in dimensions.DIMENSIONS}
    return {
        dimension: [value for value in values if value] for dimension, values in asked.items() if any(values)
    }


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """Pages by words and facets, with how many each further choice would leave."""
    query, chosen = request.GET.get("q", "").strip()[:200], chosen_in(request)
    # Pages that the reader can read come first; the others are not hidden, since many are in one language only.
    language = (get_language() or "en")[:2]
    rows = Page.objects.live().with_facets(chosen).select_related("kind").defer("parts", "fields")
    keys = (
        [int(key) for key in search.keys(query, request.user, tool=TOOL, limit=_MOST_FOUND)] if query else []
    )
    has_some = bool(query) and not keys
    if has_some:
        keys = [int(key) for key in search.keys_of_some(query, request.user, tool=TOOL, limit=_MOST_OF_SOME)]
    if query:
        rows = rows.filter(pk__in=keys)
        language_of = dict(rows.values_list("pk", "language"))
        best_first = [key for key in keys if key in language_of]
        found = slice_of(request, sorted(best_first, key=lambda key: language_of[key] != language))
        by_key = rows.in_bulk(list(found.object_list))
        found.object_list = [by_key[key] for key in found.object_list]
    else:
        own, others = rows.filter(language=language), rows.exclude(language=language)
        found = slice_of(request, InTurn(own.by_title(), others.by_title()))
    counted = Facet.objects.counted(rows) if query or chosen else counts.facets_of_all()
    context = {
        "query": query,
        "page_obj": found,
        "near": _meant(query, found) if query and (has_some or len(keys) < _FEW) else [],
        "has_some": has_some,
        "dimensions": dimensions.offered(list(counted), chosen),
        "is_filtered": bool(query or chosen),
    }
    return render(request, "encyclopedia/pages.html", context)


def _meant(query: str, found: Iterable[Page]) -> list[tuple[str, str]]:
    """Titles spelled nearly so, but for those that the reader is shown anyway."""
    there = {page.get_absolute_url() for page in found}
    return [(url, title) for url, title in overviews.titled_nearly(query) if url not in there]


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Every change, the newest first; what imports brought only when it is asked for."""
    rows = Revision.objects.published().filter(page__is_deleted=False).defer("data").newest_first()
    with_imports = bool(request.GET.get("imports"))
    if not with_imports:
        rows = rows.written_here()
    is_unpatrolled = bool(request.GET.get("unpatrolled"))
    if is_unpatrolled:
        rows = rows.filter(is_patrolled=False)
    is_moderator, by = can_moderate(request.user), request.GET.get("by", "")
    writer = User.objects.filter(pk=int(by)).first() if is_moderator and is_number(by) else None
    if writer:
        rows = rows.filter(author=writer)
    context = {
        "writer": writer,
        "page_obj": slice_of(request, rows[:_MOST_LISTED]),
        "can_moderate": is_moderator,
        "is_unpatrolled": is_unpatrolled,
        "with_imports": with_imports,
    }
    return render(request, "encyclopedia/changes.html", context)


@require_safe
def wanted(request: HttpRequest) -> HttpResponse:
    """Pages that others link to and nobody has written yet."""
    context = {"page_obj": slice_of(request, counts.wanted())}
    return render(request, "encyclopedia/wanted.html", context)
