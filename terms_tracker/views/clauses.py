"""When a phrase came and went: in which services, in which version."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terms_tracker.mentions import appearances_of, mentions
from terms_tracker.models import Collection

_MOST_TERMS, _SHOWN_A_TERMS = 200, 5


@require_safe
def clauses(request: HttpRequest) -> HttpResponse:
    """Which services' terms say something, since when, and until when."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:2_000]
    is_sentence = bool(request.GET.get("whole"))
    rows = appearances_of(query, request.user, is_sentence=is_sentence)
    collections = Collection.objects.visible_to(request.user)
    if selected := request.GET.get("collection", ""):
        rows = rows.filter(terms__service__collection__key=selected)
    if terms_type := request.GET.get("type", "").strip()[:120]:
        rows = rows.filter(terms__type__icontains=terms_type)
    found = mentions(rows) if query else []
    context = {
        "query": query,
        "is_sentence": is_sentence,
        "mentions": found[:_MOST_TERMS],
        "count": len(found),
        "current": sum(each.is_current for each in found),
        "collections": collections,
        "selected": selected,
        "terms_type": terms_type,
        "shown": _SHOWN_A_TERMS,
    }
    return render(request, "terms_tracker/clauses.html", context)
