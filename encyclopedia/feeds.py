"""Atom feeds of changes: of all pages, of those with a facet, of one page."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy

from encyclopedia.dimensions import DIMENSIONS
from encyclopedia.models import Page, Revision

_LENGTH = 100


class ChangesFeed(Feed):  # type: ignore[type-arg]  # the stubs want a type for what Django leaves open
    """Every change made here that is not minor; ?kind=, ?phase=, ?country=… narrow it as they narrow the search."""

    feed_type = Atom1Feed
    title: Any = gettext_lazy("Changes of the encyclopedia")
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest) -> dict[str, list[str]]:
        """The facets asked for."""
        asked = {dimension: request.GET.getlist(dimension) for dimension in DIMENSIONS}
        return {dimension: values for dimension, values in asked.items() if values}

    def link(self, obj: Any) -> str:  # noqa: ARG002 (the signature is Django's)
        """The page that lists the same."""
        return reverse("encyclopedia:changes")

    def items(self, obj: Any) -> list[Revision]:
        """The newest hundred."""
        pages = Page.objects.live().with_facets(obj)
        rows = Revision.objects.published().written_here().filter(page__in=pages, is_minor=False)
        return list(rows.defer("data").newest_first()[:_LENGTH])

    def item_title(self, item: Revision) -> str:
        """Which page."""
        return item.page.title

    def item_description(self, item: Revision) -> str:
        """Who, and why."""
        return f"{item.writer}: {item.reason}" if item.reason else item.writer

    def item_link(self, item: Revision) -> str:
        """The revision, with what it changed."""
        return item.get_absolute_url()

    def item_guid(self, item: Revision) -> str:
        """An id that stays when the portal moves (RFC 4151)."""
        host = settings.SITE_URL.partition("://")[2].partition(":")[0]
        return f"tag:{host},2026:encyclopedia:{item.pk}"

    def item_updateddate(self, item: Revision) -> datetime:
        """When it was saved."""
        return item.saved_at

    def item_pubdate(self, item: Revision) -> datetime:
        """When it was saved."""
        return item.saved_at


class PageFeed(ChangesFeed):
    """The changes of one page, minor ones too."""

    def get_object(self, request: HttpRequest, language: str, slug: str) -> Any:  # type: ignore[override]  # noqa: ARG002
        """The page; a feed of Django takes what its address holds."""
        return get_object_or_404(Page.objects.live().at(language, slug))

    def title(self, obj: Page) -> str:
        """The page's own."""
        return obj.title

    def link(self, obj: Page) -> str:
        """The page."""
        return obj.get_absolute_url()

    def items(self, obj: Page) -> list[Revision]:
        """The newest hundred."""
        return list(obj.revisions.published().defer("data").newest_first()[:_LENGTH])
