"""Counts over all pages, kept for some minutes: nobody needs them to the second, and they read every page."""

from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef

from encyclopedia.models import Facet, Link, Page, Redirect

_KEPT_SECONDS = 300
_MOST_WANTED = 1_000


def facets_of_all() -> list[dict[str, Any]]:
    """How many pages have each value of each dimension."""
    return list(cache.get_or_set("encyclopedia:facets", _count_facets, _KEPT_SECONDS) or [])


def _count_facets() -> list[dict[str, Any]]:
    return list(Facet.objects.counted())


def wanted() -> list[dict[str, Any]]:
    """The pages that others link to and nobody has written yet, the most wanted first."""
    return list(cache.get_or_set("encyclopedia:wanted", _find_wanted, _KEPT_SECONDS) or [])


def _find_wanted() -> list[Any]:
    there = Page.objects.live().filter(slug=OuterRef("slug"), language=OuterRef("origin__language"))
    moved = Redirect.objects.filter(
        slug=OuterRef("slug"), language=OuterRef("origin__language"), page__is_deleted=False
    )
    live = Link.objects.filter(origin__is_deleted=False, origin__current__isnull=False)
    missing = live.filter(~Exists(there), ~Exists(moved))
    rows = missing.order_by().values("slug", "kind", "origin__language").annotate(links=Count("pk"))
    return list(rows.order_by("-links", "slug")[:_MOST_WANTED])
