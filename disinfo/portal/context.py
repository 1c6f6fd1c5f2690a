"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from disinfo.portal.tools import tool_of_path, tools


def portal(request: HttpRequest) -> dict[str, Any]:
    """The portal's name, its tools, and which of them this page belongs to."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "tools": tools(),
        "current_tool": tool_of_path(request.path),
        "is_demo": settings.DEMO,
        "has_theme": settings.THEME_HAS_STYLE,
        "languages": settings.LANGUAGES,
        "theme": _chosen_theme(request),
    }


def _chosen_theme(request: HttpRequest) -> str:
    """Light or dark, as chosen with the button of the header; "" leaves it to the device."""
    theme = request.COOKIES.get("disinfo_theme", "")
    return theme if theme in {"light", "dark"} else ""
