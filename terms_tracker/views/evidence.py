"""Evidence to take away."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terms_tracker.services import evidencing
from terms_tracker.views.reading import find_version


@require_safe
def evidence(request: HttpRequest, commit: str, what: str) -> HttpResponse:
    """One zip for a version, or for what it changed."""
    version = find_version(request, commit)
    terms = version.terms
    name = f"{terms.service.slug}-{terms.slug}-{version.fetched_at:%Y-%m-%d}-{what}-{commit[:8]}.zip"
    return HttpResponse(
        evidencing.bundle(version=version, with_change=what == "change"),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
