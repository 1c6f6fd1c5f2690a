"""Telling a browser: its owner's choice, and the script that hears."""

from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from collaborate.services import pushing
from collaborate.services.refusals import RefusedError
from collaborate.views.access import person


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """This browser is told from now on, or no longer."""
    if not settings.COLLABORATE_PUSH_KEY:
        raise Http404
    asked = {name: request.POST.get(name, "") for name in ("address", "p256dh", "auth")}
    if request.POST.get("deed") == "end":
        pushing.end(user=person(request), address=asked["address"])
        return HttpResponse(status=204)
    try:
        pushing.begin(user=person(request), **asked)
    except RefusedError as error:
        return JsonResponse({"detail": str(error)}, status=400)
    return HttpResponse(status=204)


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The script, at an address above all rooms: a service worker hears for what lies below its own."""
    return HttpResponse(_script(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@cache
def _script() -> bytes:
    return (settings.BASE_DIR / "static" / "js" / "rooms" / "worker.js").read_bytes()
