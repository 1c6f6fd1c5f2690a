"""Public statistics: each tool's figures now, and how often things happened by day. No cookie, no person."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone

from disinfo.portal.models import Counter
from disinfo.portal.tools import Figure, ask_each, tools

COLUMNS = ("tool", "name", "day", "value")
_FIGURES_KEY = "portal:figures"
_FIGURES_SECONDS = 20
_DAYS_SHOWN = 30


def figures_by_tool() -> list[tuple[str, Sequence[Figure]]]:
    """The live figures of each open tool by its slug; counted at most every few seconds."""
    known: list[tuple[str, Sequence[Figure]]] | None = cache.get(_FIGURES_KEY)
    if known is None:
        known = [(tool.slug, list(figures)) for tool, figures in ask_each(lambda tool: tool.figures())]
        cache.set(_FIGURES_KEY, known, timeout=_FIGURES_SECONDS)
    return known


def groups() -> list[dict[str, Any]]:
    """For the page: each open tool with its figures."""
    by_slug = {tool.slug: tool for tool in tools()}
    return [{"tool": by_slug[slug], "figures": figures} for slug, figures in figures_by_tool()]


def days() -> list[dict[str, Any]]:
    """For the page's chart: visits on each of the last days, the oldest first."""
    today = timezone.now().date()
    counted = dict(
        Counter.objects.filter(name__endswith=".pages").order_by("day").values_list("day").annotate(Sum("count"))
    )
    span = [today - timedelta(days=back) for back in reversed(range(_DAYS_SHOWN))]
    return [{"label": day.isoformat(), "value": counted.get(day, 0)} for day in span]


def rows() -> Iterator[dict[str, Any]]:
    """For files: every figure of today, then every counted day."""
    today = timezone.now().date().isoformat()
    for slug, figures in figures_by_tool():
        for figure in figures:
            yield {"tool": slug, "name": figure.name, "day": today, "value": figure.value}
    for counter in Counter.objects.order_by("-day", "name").iterator():
        tool, _separator, name = counter.name.partition(".")
        yield {"tool": tool, "name": name, "day": counter.day.isoformat(), "value": counter.count}
