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
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from terms_tracker.followed import changes_for
from terms_tracker.models import Memo, Service, Subscription, Terms, Version, VersionQuerySet
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


class FollowedFeed(ChangesFeed):
    """What one subscription covers, as its owner may read it: the secret address stands for the owner."""

    def get_object(self, request: HttpRequest, secret: str) -> Subscription:  # noqa: ARG002
        """The subscription at this address, while its owner has an account."""
        return get_object_or_404(
            Subscription.objects.select_related("owner", "service", "topic", "collection"),
            secret=secret,
            owner__is_active=True,
        )

    def title(self, obj: Subscription) -> str:
        """What is followed."""
        return str(obj)

    def _versions(self, obj: Subscription) -> VersionQuerySet:
        return changes_for(obj)


class MemosFeed(Feed):  # type: ignore[type-arg]
    """What regulators published about changes of terms."""

    feed_type = Atom1Feed
    title: Any = gettext_lazy("Memos on changes of terms")
    description_template = None

    def link(self) -> str:
        """The page that lists the same."""
        return reverse("terms:memos")

    def items(self) -> list[Memo]:
        """The newest hundred."""
        return list(Memo.objects.visible_to(AnonymousUser()).published().with_names()[:_LENGTH])

    def item_title(self, item: Memo) -> str:
        """Its title, and what it is about."""
        return f"{item.title} · {item.terms}"

    def item_description(self, item: Memo) -> str:
        """How it begins."""
        return Truncator(item.body).words(60)

    def item_updateddate(self, item: Memo) -> datetime:
        """When it last changed."""
        return item.updated_at

    def item_pubdate(self, item: Memo) -> datetime:
        """When it was published."""
        return item.published_at or item.updated_at

    def item_author_name(self, item: Memo) -> str:
        """The organisation."""
        return item.organisation.name
