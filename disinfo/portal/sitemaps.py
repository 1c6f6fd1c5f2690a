"""Public addresses for search engines."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.sitemaps import Sitemap

from disinfo.portal.tools import ask_each

_OWN = ("/", "/activity/", "/stats/", "/about/", "/legal/", "/privacy/", "/accessibility/")
Entry = tuple[str, datetime | None]


class PortalSitemap(Sitemap):  # type: ignore[type-arg]
    """The portal's pages, then each tool's public ones."""

    limit = 10_000

    def items(self) -> Sequence[Entry]:
        """Addresses with the date of their last change."""
        own: list[Entry] = [(path, None) for path in _OWN]
        return own + [
            entry for _tool, entries in ask_each(lambda tool: list(tool.sitemap())) for entry in entries
        ]

    def location(self, item: Entry) -> str:
        """The address."""
        return item[0]

    def lastmod(self, item: Entry) -> datetime | None:
        """The date."""
        return item[1]
