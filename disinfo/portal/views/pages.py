"""The portal's own pages: home, search, activity, statistics, and the papers."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from disinfo import exports
from disinfo.portal import samples, statistics
from disinfo.portal.activity import latest
from disinfo.portal.models import Job
from disinfo.portal.tools import Card, Tool, ask_each, tools
from disinfo.search import excerpt

_MOST_RESULTS = 20
# Further down, what holds some words of a question has little to do with it.
_MOST_OF_SOME = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The five tools with their live figures, and what happened last."""
    figures = dict(statistics.figures_by_tool())
    cards = [{"tool": tool, "figures": figures.get(tool.slug, ())[:3]} for tool in tools()]
    return render(request, "portal/home.html", {"cards": cards, "activity": latest(request.user, limit=8)})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One search over all tools, each tool's results under its name."""
    query = request.GET.get("q", "").strip()[:200]
    only = request.GET.get("tool", "")

    def ask(tool: Tool) -> Sequence[Card]:
        return tool.search(query, request.user, _MOST_RESULTS) if query and only in {"", tool.slug} else ()

    def ask_for_some(tool: Tool) -> Sequence[Card]:
        return tool.search_some(query, request.user, _MOST_OF_SOME) if only in {"", tool.slug} else ()

    answers = ask_each(ask)
    total = sum(len(cards) for _tool, cards in answers)
    if query and not total:
        answers = ask_each(ask_for_some)
    # Of a whole question, “a” and “with” would be marked everywhere.
    marked = query if total else ""
    found = [
        {
            "tool": tool,
            "results": [{"card": card, "excerpt": excerpt(str(card.summary), marked)} for card in cards],
        }
        for tool, cards in answers
        if cards
    ]
    return render(
        request, "portal/search.html", {"query": query, "found": found, "total": total, "only": only}
    )


@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """The latest of every tool."""
    return render(request, "portal/activity.html", {"activity": latest(request.user, limit=50)})


@require_safe
def stats(request: HttpRequest) -> HttpResponseBase:
    """Public counters of each tool, without cookies; as a page, or as a file with ?format=csv|json|ndjson."""
    kind = request.GET.get("format", "")
    if kind in {"csv", "json", "ndjson"}:
        return exports.as_file(request, "disinfo-statistics", kind, statistics.COLUMNS, statistics.rows())
    return render(request, "portal/stats.html", {"groups": statistics.groups(), "days": statistics.days()})


@login_required
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of a piece of work one started (staff see all)."""
    jobs = Job.objects.all() if request.user.is_staff else Job.objects.filter(owner_id=request.user.pk)
    return render(request, "portal/job.html", {"job": get_object_or_404(jobs, pk=pk)})


@require_safe
def paper(request: HttpRequest, name: str) -> HttpResponse:
    """About, legal notice, privacy and accessibility, in the language of the page."""
    context = {"contact": settings.CONTACT_EMAIL, "publisher": settings.PUBLISHER}
    return render(request, f"portal/papers/{name}.html", context)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component of the look, alive; for developers only."""
    if not settings.DEBUG and not settings.DEMO:
        raise Http404
    return render(request, "portal/styleguide.html", samples.everything())
