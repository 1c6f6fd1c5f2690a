"""Atom feed of what happens on the portal."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from disinfo.portal.activity import latest
from disinfo.portal.tools import Activity


class ActivityFeed(Feed):  # type: ignore[type-arg]
    """The latest of every tool; public things only, whoever asks, since readers share addresses of feeds."""

    feed_type = Atom1Feed
    link = "/activity/"
    feed_url = "/activity/feed/"
    title = _("Latest on the portal")

    def subtitle(self) -> str:
        """The portal's name."""
        return str(settings.SITE_NAME)

    def items(self) -> list[Activity]:
        """The newest fifty."""
        return latest(AnonymousUser(), limit=50)

    def item_title(self, item: Activity) -> str:
        """What happened, and where."""
        return f"{item.kind} · {item.title}"

    def item_description(self, item: Activity) -> str:
        """A sentence about it."""
        return str(item.summary)

    def item_link(self, item: Activity) -> str:
        """Its permalink."""
        return item.url

    def item_updateddate(self, item: Activity) -> datetime:
        """When."""
        return item.at

    def item_pubdate(self, item: Activity) -> datetime:
        """When."""
        return item.at
