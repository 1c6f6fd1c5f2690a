"""What the encyclopedia gives the portal."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from disinfo import search
from disinfo.accounts.models import User
from disinfo.portal.tools import Activity, Caller, Card, Command, DemoWorld, Draft, Figure, Tool
from encyclopedia import alike, offering
from encyclopedia.models import Page, Revision
from encyclopedia.services import demo, seeding
from encyclopedia.services.publishing import TOOL

_PAGE = re.compile(r"^/encyclopedia/(?P<language>[a-z]{2})/(?P<slug>[\w-]+)/$")
_REVISION = re.compile(r"^/encyclopedia/revision/(?P<pk>\d+)/$")


class Encyclopedia(Tool):
    """What is known about information manipulation: practices, tools, actors, cases."""

    slug = TOOL
    name = _("Encyclopedia")
    tagline = _("What is known about information manipulation: practices, tools, actors, cases.")
    audience = _("Analysts and the public")
    icon = "book-open"

    def figures(self) -> Sequence[Figure]:
        """Pages, and how often they were changed."""
        method = _("Counted in what is published on this portal.")
        return (
            Figure("pages", Page.objects.live().count(), _("pages"), method),
            Figure("revisions", Revision.objects.published().count(), _("revisions"), method),
        )

    def search(self, query: str, caller: Caller, limit: int) -> Sequence[Card]:
        """Pages with these words."""
        entries = search.find(query, caller, tool=self.slug, limit=limit)
        kinds = dict(
            Page.objects.live()
            .filter(pk__in=[int(entry.key) for entry in entries])
            .select_related("kind")
            .in_bulk()
            .items()
        )
        return [
            Card(
                entry.url,
                entry.title,
                kinds[int(entry.key)].kind.name,
                entry.date,
                entry.body,
                tool=self.slug,
            )
            for entry in entries
            if int(entry.key) in kinds
        ]

    def activity(self, caller: Caller, limit: int) -> Sequence[Activity]:  # noqa: ARG002 (all of it is public)
        """The latest changes that were made here."""
        rows = Revision.objects.published().written_here().filter(page__is_deleted=False, is_minor=False)
        return [
            Activity(
                row.page.get_absolute_url(),
                row.page.title,
                _("New page") if row.number == 1 else _("Page changed"),
                row.saved_at,
                row.reason,
            )
            for row in rows.defer("data").newest_first()[:limit]
        ]

    def card(self, path: str, caller: Caller) -> Card | None:  # noqa: ARG002 (published pages are public)
        """The card of a page or of a revision."""
        if match := _PAGE.match(path):
            found = Page.objects.live().at(match["language"], match["slug"]).first()
        elif match := _REVISION.match(path):
            rows = Revision.objects.published().filter(pk=int(match["pk"]), page__is_deleted=False)
            row = rows.select_related("page__kind").first()
            found = row.page if row else None
        else:
            return None
        if found is None:
            return None
        return Card(path, found.title, found.kind.name, found.changed_at, found.summary, tool=self.slug)

    def commands(self) -> Sequence[Command]:
        """Search in a room."""
        return offering.COMMANDS

    def named(self, code: str, caller: Caller) -> Card | None:  # noqa: ARG002 (published pages are public)
        """The page of a technique, by its code in the framework."""
        found = offering.technique(code)
        return offering.card_of(found) if found else None

    def named_like(self, words: str, caller: Caller, limit: int) -> Sequence[tuple[str, Card]]:  # noqa: ARG002 (published pages are public)
        """Techniques by their code or a part of their title."""
        return [(code, offering.card_of(page)) for code, page in offering.techniques_like(words, limit)]

    def pictures_like(self, perceptual_hash: str, caller: Caller) -> Sequence[tuple[int, Card]]:  # noqa: ARG002 (all of them are public)
        """Pictures of pages that look like this."""
        return alike.pictures_like(perceptual_hash)

    def steps(self, path: str, caller: Caller) -> Sequence[str]:  # noqa: ARG002 (published pages are public)
        """What a page says to do."""
        match = _PAGE.match(path)
        found = Page.objects.live().at(match["language"], match["slug"]).first() if match else None
        return offering.steps_in(found.current.document.body) if found and found.current else ()

    def publish(self, draft: Draft, caller: User) -> str | None:
        """A page of it, or a proposal."""
        return offering.publish(draft, caller)

    def sitemap(self) -> Iterable[tuple[str, datetime | None]]:
        """Every page."""
        yield self.home_url(), None
        for page in Page.objects.live().only("language", "slug", "changed_at").by_title().iterator():
            yield page.get_absolute_url(), page.changed_at

    def load_demo(self, world: DemoWorld) -> None:
        """The starter pages, and what the organisations of the demo judge by."""
        seeding.seed(say=lambda line: world.say(f"starter pages of the encyclopedia: {line}"))
        demo.state_criteria(world)


tool = Encyclopedia()
