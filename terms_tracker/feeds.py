"""Atom feeds of changes: all, one service's, one terms'. Public collections only: readers share addresses of feeds."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy

from terms_tracker.models import Service, Terms, Version, VersionQuerySet
from terms_tracker.wording import size_of

_LENGTH = 100


class ChangesFeed(Feed):  # type: ignore[type-arg]
    """Every change, technical upgrades left out."""

    feed_type = Atom1Feed
    title: Any = gettext_lazy("Changes of terms")
    description_template = None

    def link(self, obj: Any = None) -> str:  # noqa: ARG002
        """The page that lists the same."""
        return reverse("terms:changes")

    def _versions(self, obj: Any) -> VersionQuerySet:  # noqa: ARG002
        return Version.objects.visible_to(AnonymousUser())

    def items(self, obj: Any = None) -> list[Version]:
        """The newest hundred changes and first records."""
        kept = self._versions(obj).exclude(kind=Version.Kind.UPGRADE)
        return list(kept.newest_first()[:_LENGTH])

    def item_title(self, item: Version) -> str:
        """What changed."""
        return f"{item.get_kind_display()} · {item.terms}"

    def item_description(self, item: Version) -> str:
        """How much."""
        return size_of(item) or str(item.terms)

    def item_link(self, item: Version) -> str:
        """The diff."""
        return item.get_change_url()

    def item_guid(self, item: Version) -> str:
        """An id that stays when the portal moves (RFC 4151)."""
        host = settings.SITE_URL.partition("://")[2].partition(":")[0]
        return f"tag:{host},2026:terms:{item.terms.service.collection.key}:{item.commit}"

    item_guid_is_permalink = False

    def item_updateddate(self, item: Version) -> datetime:
        """When it was fetched."""
        return item.fetched_at

    def item_pubdate(self, item: Version) -> datetime:
        """When it was fetched."""
        return item.fetched_at

    def item_categories(self, item: Version) -> tuple[str, ...]:
        """The service, the type and the kind."""
        return (item.terms.service.name, item.terms.type, item.kind)


class ServiceFeed(ChangesFeed):
    """One service's."""

    def get_object(self, request: HttpRequest, collection: str, service: str) -> Service:  # noqa: ARG002
        """The service at this address, when anyone may read it."""
        return get_object_or_404(
            Service.objects.visible_to(AnonymousUser()), collection__key=collection, slug=service
        )

    def title(self, obj: Service) -> str:
        """Its name."""
        return str(obj)

    def link(self, obj: Service) -> str:  # type: ignore[override]
        """Its page."""
        return obj.get_absolute_url()

    def _versions(self, obj: Service) -> VersionQuerySet:
        return super()._versions(obj).filter(terms__service=obj)


class TermsFeed(ChangesFeed):
    """One terms'."""

    def get_object(self, request: HttpRequest, collection: str, service: str, terms: str) -> Terms:  # noqa: ARG002
        """The terms at this address, when anyone may read it."""
        readable = Terms.objects.visible_to(AnonymousUser())
        return get_object_or_404(
            readable, service__collection__key=collection, service__slug=service, slug=terms
        )

    def title(self, obj: Terms) -> str:
        """Its name."""
        return str(obj)

    def link(self, obj: Terms) -> str:  # type: ignore[override]
        """Its timeline."""
        return obj.get_absolute_url()

    def _versions(self, obj: Terms) -> VersionQuerySet:
        return super()._versions(obj).filter(terms=obj)
