"""How often the pages of each tool are read: a sum by day, without cookie, address or person."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from disinfo.portal.models import Counter
from disinfo.portal.tools import tool_of_path, tools

_PORTAL = "portal"
_KEPT_SECONDS = 24 * 3600


class VisitMiddleware:
    """Counts pages that people read, in the shared cache: a page view must not wait for the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html") and response.status_code == HTTPStatus.OK
        if is_page and request.method == "GET" and not request.path.startswith("/admin/"):
            tool = tool_of_path(request.path)
            _count(tool.slug if tool else _PORTAL)
        return response


def _count(name: str) -> None:
    cache.add(_key(name), 0, timeout=_KEPT_SECONDS)
    try:
        cache.incr(_key(name))
    except ValueError:
        return  # The key ran out between the two: one view is lost, which a sum can bear.


def keep() -> None:
    """Move what was counted into the database."""
    for name in (_PORTAL, *(tool.slug for tool in tools())):
        count = cache.get(_key(name)) or 0
        if count:
            cache.decr(_key(name), count)
            Counter.add(f"{name}.pages", count)


def _key(name: str) -> str:
    return f"visits:{name}"
