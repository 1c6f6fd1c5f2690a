"""Pages shown when the portal, or one tool, cannot answer."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.shortcuts import render

from disinfo.portal.tools import tool_of_path

logger = logging.getLogger(__name__)


class MaintenanceMiddleware:
    """While the maintenance file exists, everybody but staff is asked to come back (503)."""

    _ALWAYS_OPEN = ("/health/", "/static/", "/admin/", "/accounts/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE_FILE.exists() and not self._may_pass(request):
            response = render(request, "maintenance.html", status=503)
            response["Retry-After"] = "600"
            return response
        return self.get_response(request)

    def _may_pass(self, request: HttpRequest) -> bool:
        return request.path.startswith(self._ALWAYS_OPEN) or bool(request.user.is_authenticated and request.user.is_staff)


class UnavailableToolMiddleware:
    """An error inside one tool becomes that tool's "unavailable" page; the others go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this for what a view raised; None leaves it to Django."""
        tool = tool_of_path(request.path)
        if tool is None or settings.DEBUG or isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation):
            return None
        logger.exception("tool unavailable", extra={"tool": tool.slug, "path": request.path})
        return render(request, "unavailable.html", {"tool": tool}, status=503)
