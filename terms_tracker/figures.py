"""How much is tracked."""

from django.contrib.auth.models import AnonymousUser

from terms_tracker.models import Caller, Service, Terms, Version


def counts(caller: Caller | None = None) -> dict[str, int]:
    """Services, terms, versions, changes and failing terms that the caller (by default the public) may see."""
    caller = caller or AnonymousUser()
    terms = Terms.objects.visible_to(caller)
    versions = Version.objects.visible_to(caller)
    return {
        "services": Service.objects.visible_to(caller).count(),
        "terms": terms.count(),
        "versions": versions.count(),
        "changes": versions.changes().count(),
        "failing": terms.tracked().failing().count(),
    }
