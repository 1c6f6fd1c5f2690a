"""How much is tracked."""

import hashlib

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Count, Q

from terms_tracker.models import Caller, Collection, Service, Terms, Version

_KEPT_SECONDS = 20


def counts(caller: Caller | None = None) -> dict[str, int]:
    """What the caller (by default the public) may see: what is tracked now, and what was recorded.

    Counted at most every few seconds for the same collections: counting tens of thousands of versions takes longer
    than the rest of a page.
    """
    collections = sorted(
        Collection.objects.visible_to(caller or AnonymousUser()).values_list("pk", flat=True)
    )
    key = f"terms:figures:{hashlib.sha256(repr(collections).encode()).hexdigest()}"
    known: dict[str, int] | None = cache.get(key)
    if known is None:
        known = _count(collections)
        cache.set(key, known, timeout=_KEPT_SECONDS)
    return known


def _count(collections: list[int]) -> dict[str, int]:
    terms = Terms.objects.filter(service__collection__in=collections).tracked()
    versions = Version.objects.filter(terms__service__collection__in=collections)
    is_change, is_failing = Q(kind=Version.Kind.CHANGE), ~Q(error_code="")
    return {
        "services": Service.objects.filter(terms__in=terms).distinct().count(),
        **terms.aggregate(terms=Count("pk"), failing=Count("pk", filter=is_failing)),
        **versions.aggregate(versions=Count("pk"), changes=Count("pk", filter=is_change)),
    }
