"""Pages, the words they are found by, and the links between them."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.models import User
from encyclopedia.models.vocabulary import Kind

Caller = User | AnonymousUser
CHECKED_EVERY = timedelta(days=365)
"""After so long a page says that what it tells may be out of date."""


class PageQuerySet(models.QuerySet["Page"]):
    """Reads of pages."""

    def live(self) -> Self:
        """Those that have been published and are not deleted."""
        return self.filter(is_deleted=False, current__isnull=False)

    def at(self, language: str, slug: str) -> Self:
        """The page of this address."""
        shown = ("kind", "current__keyframe", "current__author", "verified")
        return self.filter(language=language, slug=slug).select_related(*shown)

    def with_facets(self, chosen: dict[str, list[str]]) -> Self:
        """Those that have every one of these values: dimension → values."""
        found = self
        for dimension, values in chosen.items():
            for value in values:
                found = found.filter(
                    pk__in=Facet.objects.filter(dimension=dimension, value=value).values("page")
                )
        return found

    def stale(self) -> Self:
        """Those nobody has checked for twelve months, the longest waiting first."""
        limit = timezone.localdate() - CHECKED_EVERY
        unchecked = Q(checked_on__isnull=True) | Q(checked_on__lt=limit)
        return self.filter(unchecked).order_by(F("checked_on").asc(nulls_first=True), "title", "pk")

    def by_chance(self) -> "Page | None":
        """One of the live ones; the place is drawn, so that no table is put in a random order."""
        live = self.live().only("language", "slug").order_by("pk")
        count = live.count()
        at = secrets.randbelow(count) if count else 0
        return next(iter(live[at : at + 1]), None)

    def by_title(self) -> Self:
        """In the order of an index."""
        return self.order_by("title", "pk")


class Page(models.Model):
    """A page in one language. What is shown is that of its current revision, rendered once and kept here."""

    class Protection(models.TextChoices):
        MEMBERS = "members", _("members edit at once, others propose")
        EDITORS = "editors", _("editors edit at once, others propose")
        MODERATORS = "moderators", _("moderators edit at once, others propose")

    language = models.CharField(_("language"), max_length=8)
    slug = models.SlugField(_("address"), max_length=200, allow_unicode=False)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="pages", verbose_name=_("kind"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    # Made from the body when a revision is published: runs of HTML and the cards between them.
    parts = models.JSONField(default=list, editable=False)
    # Pages that say the same in other languages share a number.
    translations = models.PositiveIntegerField(_("translations"), null=True, blank=True, db_index=True)
    # The revision of the other language that this one was last brought up to.
    translated_from = models.ForeignKey(
        "Revision", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    current = models.ForeignKey(
        "Revision", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    verified = models.ForeignKey(
        "Revision", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    protection = models.CharField(
        _("protection"), max_length=12, choices=Protection, default=Protection.MEMBERS
    )
    shows_verified = models.BooleanField(_("show the public the verified revision"), default=False)
    protection_reason = models.CharField(_("reason of the protection"), max_length=300, blank=True)
    is_deleted = models.BooleanField(_("deleted"), default=False)
    deletion_reason = models.CharField(_("reason of the deletion"), max_length=300, blank=True)
    checked_on = models.DateField(_("last checked"), null=True, blank=True)
    # What it is known by where it was imported from; a page written here has none.
    imported_key = models.CharField(max_length=200, blank=True, editable=False, db_index=True)
    # The hash of what the last import made of it: while it is the current one's, nobody has edited the page here.
    imported_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    revisions_count = models.PositiveIntegerField(_("revisions"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), null=True, db_index=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="one_page_per_address")]
        indexes = [
            models.Index(fields=["kind", "title"], name="pages_by_kind"),
            models.Index(fields=["title", "id"], name="pages_by_title"),
            # Lists and counts of what is live are read here alone, without the pages themselves. No partial index:
            # SQLite would take it for addresses too.
            models.Index(
                fields=["language", "title", "id", "is_deleted", "current"], name="live_pages_by_title"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its permalink."""
        return reverse("encyclopedia:page", args=[self.language, self.slug])

    def is_behind(self) -> bool:
        """Whether the page that this one translates has moved on since."""
        origin = self.translated_from
        return origin is not None and origin.page.current_id != origin.pk

    def addresses(self) -> list[str]:
        """The names that links may call it by: its own, and those that lead here."""
        return [self.slug, *self.redirects.values_list("slug", flat=True)]


class FacetQuerySet(models.QuerySet["Facet"]):
    """Reads of facets."""

    def counted(self, pages: models.QuerySet[Page] | None = None) -> Iterable[Any]:
        """How many pages have each value of each dimension, among these or among all."""
        rows = self if pages is None else self.filter(page__in=pages.order_by().values("pk"))
        return rows.order_by().values("dimension", "value").annotate(pages=Count("pk"))


class Facet(models.Model):
    """A word that a page is found by: its kind, a phase, a criterion, a country, a language, an audience, a tag.

    Only live pages have any, so that counting them asks for no page.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="facets")
    dimension = models.CharField(max_length=12)
    value = models.CharField(max_length=80)

    objects = FacetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "dimension", "value"], name="one_facet_per_value")
        ]
        indexes = [models.Index(fields=["dimension", "value", "page"], name="pages_by_facet")]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.value}"


class LinkQuerySet(models.QuerySet["Link"]):
    """Reads of links."""

    def to(self, page: Page) -> Self:
        """Links of live pages to this page, by its address or by one that leads there."""
        named = Q(slug__in=page.addresses(), origin__language=page.language)
        return self.filter(named & (Q(kind="") | Q(kind=page.kind.code)), origin__is_deleted=False)


class Link(models.Model):
    """A link that a page's text makes by name, whether or not such a page is there."""

    origin = models.ForeignKey(Page, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=40, blank=True)
    slug = models.CharField(max_length=200, db_index=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "kind", "slug"], name="one_link_per_target")]

    def __str__(self) -> str:
        return f"{self.origin} → {self.slug}"


class Redirect(models.Model):
    """An address that a page had before it was renamed."""

    language = models.CharField(max_length=8)
    slug = models.CharField(max_length=200)
    page = models.ForeignKey(Page, models.CASCADE, related_name="redirects")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="one_redirect_per_address")]

    def __str__(self) -> str:
        return f"{self.language}/{self.slug}"


class WatchQuerySet(models.QuerySet["Watch"]):
    """Reads of watched pages."""

    def of(self, user: User) -> Self:
        """Those of somebody, the page changed last first; `has_news` tells whether it was since they looked."""
        changed = Q(page__changed_at__gt=F("seen_at"))
        rows = self.filter(user=user, page__is_deleted=False, page__current__isnull=False)
        news = rows.annotate(has_news=models.ExpressionWrapper(changed, models.BooleanField()))
        return news.select_related("page__kind").order_by("-page__changed_at", "pk")


class Watch(models.Model):
    """Somebody who wants to be told when a page changes."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="watched_pages")
    page = models.ForeignKey(Page, models.CASCADE, related_name="watches")
    # When they last opened it.
    seen_at = models.DateTimeField(_("looked at"), default=timezone.now)

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="one_watch_per_page")]

    def __str__(self) -> str:
        return f"{self.user}: {self.page}"
