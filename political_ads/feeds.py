"""Atom feed of what a regulator may want to know at once."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy

from political_ads.models import Alert
from political_ads.services.alerts import address_of

_LENGTH = 100


class AlertsFeed(Feed):  # type: ignore[type-arg]
    """Snapshots in quarantine, removals, libraries closed."""

    feed_type = Atom1Feed
    title: Any = gettext_lazy("Political ads: removals and alerts")
    description_template = None

    def link(self) -> str:
        """The page of removals."""
        return reverse("ads:removals")

    def items(self) -> list[Alert]:
        """The newest hundred."""
        return list(Alert.objects.select_related("source").order_by("-at", "-pk")[:_LENGTH])

    def item_title(self, item: Alert) -> str:
        """What happened, where."""
        return str(item)

    def item_description(self, item: Alert) -> str:
        """To how many ads."""
        return f"{item.get_kind_display()} · {item.count}"

    def item_link(self, item: Alert) -> str:
        """The page that says more."""
        return address_of(item)

    def item_guid(self, item: Alert) -> str:
        """An id that stays when the portal moves (RFC 4151)."""
        host = settings.SITE_URL.partition("://")[2].partition(":")[0]
        return f"tag:{host},2026:ads:{item.key}"

    item_guid_is_permalink = False

    def item_updateddate(self, item: Alert) -> datetime:
        """When the library was looked at."""
        return item.at

    def item_pubdate(self, item: Alert) -> datetime:
        """When the library was looked at."""
        return item.at
