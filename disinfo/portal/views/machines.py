"""Small answers for machines: health, robots, security contact, manifest."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from disinfo import health


@require_safe
def live(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Whether this process answers at all; looks at nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Whether the vital parts work; 503 when one does not."""
    checks = list(health.checks("database", "broker", "worker", "disk"))
    ok = all(check.ok for check in checks if check.is_vital)
    # What was seen stays out: it would tell a stranger about the machine. `manage.py doctor` says it to the operator.
    body = {"status": "ok" if ok else "unavailable", "checks": {check.name: check.ok for check in checks}}
    return JsonResponse(body, status=200 if ok else 503)


@require_safe
@cache_control(max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What crawlers may read (RFC 9309)."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /account",
        "Disallow: /search/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Where to report a vulnerability (RFC 9116)."""
    expires = (datetime.now(UTC) + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=86400)
def manifest(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """What a phone shows when the portal is put on its home screen."""
    body = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "start_url": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5563",
        "icons": [{"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(body, content_type="application/manifest+json")
