"""How much is tracked."""

from django.contrib.auth.models import AnonymousUser

from terms_tracker.models import Caller, Service, Terms, Version


def counts(caller: Caller | None = None) -> dict[str, int]:
    """What the caller (by default the public) may see: what is tracked now, and what was recorded."""
    caller = caller or AnonymousUser()
    terms = Terms.objects.visible_to(caller).tracked()
    versions = Version.objects.visible_to(caller)
    return {
        "services": Service.objects.filter(terms__in=terms).distinct().count(),
        "terms": terms.count(),
        "versions": versions.count(),
        "changes": versions.changes().count(),
        "failing": terms.failing().count(),
    }
