"""What the bot clusters give the portal: only what is published, never a name."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from botdetect import commands, figures
from botdetect.models import Cluster, Harvest, PublicRequest, Run
from disinfo import search
from disinfo.accounts.models import Organisation
from disinfo.portal.tools import Activity, Caller, Card, Command, DemoWorld, Figure, Tool

_PUBLISHED = re.compile(r"^/bots/published/(?P<pk>\d{1,18})/$")


class Botdetect(Tool):
    """Which accounts behave as one, and why we think so."""

    slug = "bots"
    name = gettext_lazy("Bot clusters")
    tagline = gettext_lazy("Which accounts behave as one, and why we think so.")
    audience = gettext_lazy("Analysts and the public")
    icon = "share-2"

    def figures(self) -> Sequence[Figure]:
        """Accounts and clusters that are published."""
        counted = figures.public()
        method = gettext_lazy(
            "Counted in published clusters: groups that met more often than chance, each confirmed by two reviewers."
        )
        return (
            Figure("accounts", counted["accounts"], gettext_lazy("accounts in published clusters"), method),
            Figure("clusters", counted["clusters"], gettext_lazy("clusters published"), method),
        )

    def search(self, query: str, caller: Caller, limit: int) -> Sequence[Card]:
        """Published clusters by their text."""
        entries = search.find(query, caller, tool=self.slug, limit=limit)
        keys = [int(entry.key) for entry in entries]
        public = set(Cluster.objects.published().filter(pk__in=keys).values_list("pk", flat=True))
        return [
            Card(entry.url, entry.title, _("Cluster"), entry.date, entry.body, tool=self.slug)
            for entry in entries
            if int(entry.key) in public
        ]

    def activity(self, caller: Caller, limit: int) -> Sequence[Activity]:
        """The latest publications."""
        del caller  # everyone sees the same
        return [
            Activity(
                cluster.get_public_url(),
                str(cluster),
                _("Cluster published"),
                cluster.published_at,
                _size(cluster),
            )
            for cluster in Cluster.objects.published()[:limit]
            if cluster.published_at
        ]

    def shared_from(self, host: str, caller: Caller) -> Sequence[Card]:
        """The collections in which a domain was shared."""
        from botdetect import moving  # reads columns of files, which a web process seldom does

        return moving.shared_from(host, caller)

    def followed(self, caller: Caller, organisation: Organisation | None) -> Sequence[Card]:
        """Live collections of an organisation."""
        from botdetect import moving  # as above

        return moving.followed(caller, organisation)

    def rising(self, path: str, organisation: Organisation | None) -> Sequence[Activity]:
        """What rises in one of them."""
        from botdetect import moving  # as above

        return moving.rising(path, organisation)

    def card(self, path: str, caller: Caller) -> Card | None:
        """The card of a published cluster."""
        del caller  # everyone sees the same
        match = _PUBLISHED.match(path)
        cluster = Cluster.objects.published().filter(pk=match["pk"]).first() if match else None
        if cluster is None:
            return None
        return Card(path, str(cluster), _("Cluster"), cluster.published_at, _size(cluster), tool=self.slug)

    def commands(self) -> Sequence[Command]:
        """What it answers in a room: `/bots`."""
        return commands.COMMANDS

    def sitemap(self) -> Iterable[tuple[str, datetime | None]]:
        """The public pages."""
        yield "/bots/", figures.public()["at"]
        yield "/bots/methodology/", None
        for cluster in Cluster.objects.published():
            yield cluster.get_public_url(), cluster.published_at

    def health(self) -> Sequence[str]:
        """Runs that failed and requests that nobody has answered."""
        failed = Run.objects.filter(state=Run.State.FAILED).count()
        stuck = Harvest.objects.filter(state=Harvest.State.FAILED).count()
        waiting = PublicRequest.objects.filter(is_settled=False).count()
        found = [f"{failed} runs failed: see /admin/botdetect/run/"] if failed else []
        found += [f"{stuck} collections from X failed: see /admin/botdetect/harvest/"] if stuck else []
        return found + ([f"{waiting} requests from the public wait for an answer"] if waiting else [])

    def load_demo(self, world: DemoWorld) -> None:
        """Invented shares, a published cluster, one to review."""
        from botdetect.services import demo  # numpy, which a web process seldom needs

        demo.load(people=world.people, say=world.say)


def _size(cluster: Cluster) -> str:
    count = cluster.accounts_count
    return ngettext("%(count)d account", "%(count)d accounts", count) % {"count": count}


tool = Botdetect()
