"""Pages shown when the portal, or one tool, cannot answer."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from disinfo.portal.last_resort import render_anyway
from disinfo.portal.tools import tool_of_path
from disinfo.portal.views import errors

logger = logging.getLogger(__name__)


class MaintenanceMiddleware:
    """While the maintenance file exists, everybody but staff is asked to come back (503)."""

    _ALWAYS_OPEN = ("/health/", "/static/", "/admin/", "/accounts/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as Django asks of a middleware."""
        if settings.MAINTENANCE_FILE.exists() and not self._may_pass(request):
            return _come_back(request)
        return self.get_response(request)

    def _may_pass(self, request: HttpRequest) -> bool:
        if request.path.startswith(self._ALWAYS_OPEN):
            return True
        try:
            return bool(request.user.is_authenticated and request.user.is_staff)
        except DatabaseError:  # which may be what is being mended
            return False


def _come_back(request: HttpRequest) -> HttpResponse:
    response: HttpResponse
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": _("Back in a moment"), "status": 503}
        response = JsonResponse(body, status=503, content_type="application/problem+json")
    else:
        response = render_anyway(request, "maintenance.html", {}, 503)
    response["Retry-After"] = "600"
    return response


class NothingToReadMiddleware:
    """An address that only takes what a form sends, opened by a person, says so instead of an empty page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as Django asks of a middleware."""
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        if "text/html" not in request.headers.get("Accept", ""):
            return response
        page = errors.not_allowed(request)
        page["Allow"] = response["Allow"]
        return page


class UnavailableToolMiddleware:
    """An error inside one tool becomes that tool's "unavailable" page; the others go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as Django asks of a middleware."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this for what a view raised; None leaves it to Django."""
        tool = tool_of_path(request.path)
        if (
            tool is None
            or settings.DEBUG
            or isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation)
        ):
            return None
        logger.error("tool unavailable", exc_info=exception, extra={"tool": tool.slug, "path": request.path})
        return render_anyway(request, "unavailable.html", {"tool": tool}, 503)
