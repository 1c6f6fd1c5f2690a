"""What the terms tracker gives the portal."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disinfo import search
from disinfo.accounts.models import User
from disinfo.portal.tools import Activity, Caller, Card, Command, DemoWorld, Figure, Tool
from terms_tracker import commands, figures
from terms_tracker.models import Memo, Service, Subscription, Terms, Version
from terms_tracker.services import demo, upkeep
from terms_tracker.wording import size_of

_BY_COMMIT = re.compile(r"^/terms/(?:version|change)/(?P<commit>[0-9a-f]{40})/$")
_BY_NAME = re.compile(r"^/terms/(?P<collection>[\w-]+)/(?P<service>[\w-]+)/(?:(?P<terms>[\w-]+)/)?$")
_MEMO = re.compile(r"^/terms/memos/(?P<pk>\d{1,12})/$")
_KINDS = {"terms": gettext_lazy("Terms"), "memo": gettext_lazy("Memo")}


class TermsTracker(Tool):
    """Every change of the terms of online services."""

    slug = "terms"
    name = gettext_lazy("Terms tracker")
    tagline = gettext_lazy("Every change of the terms of online services, archived and readable as a diff.")
    audience = gettext_lazy("Regulators and journalists")
    icon = "file-diff"

    def figures(self) -> Sequence[Figure]:
        """Services, changes, versions."""
        counted = figures.counts()
        method = gettext_lazy("Counted in the public collections of this portal.")
        return (
            Figure("services", counted["services"], gettext_lazy("services tracked"), method),
            Figure("changes", counted["changes"], gettext_lazy("changes recorded"), method),
            Figure("terms", counted["terms"], gettext_lazy("documents"), method),
            Figure("versions", counted["versions"], gettext_lazy("versions archived"), method),
        )

    def search(self, query: str, caller: Caller, limit: int) -> Sequence[Card]:
        """Services by name, then terms by their latest text."""
        services = (
            Service.objects.visible_to(caller).filter(name__icontains=query).select_related("collection")[:5]
        )
        found = [
            Card(service.get_absolute_url(), service.name, _("Service"), tool=self.slug)
            for service in services
        ]
        entries = search.find(query, caller, tool=self.slug, limit=limit)
        # The index says who may find a thing; the collection itself has the last word.
        is_open = _readable([entry.key for entry in entries], caller)
        found += [
            Card(entry.url, entry.title, _KINDS[entry.kind], entry.date, entry.body, tool=self.slug)
            for entry in entries
            if entry.key in is_open
        ]
        return found[:limit]

    def activity(self, caller: Caller, limit: int) -> Sequence[Activity]:
        """The latest changes, first records and published memos."""
        versions = (
            Version.objects.visible_to(caller).exclude(kind=Version.Kind.UPGRADE).newest_first()[:limit]
        )
        told = [
            Activity(
                version.get_change_url(),
                str(version.terms),
                version.get_kind_display(),
                version.fetched_at,
                size_of(version),
            )
            for version in versions
        ]
        for memo in Memo.objects.visible_to(caller).published().with_names()[:limit]:
            at, about = memo.published_at or memo.updated_at, f"{memo.organisation} · {memo.terms}"
            told.append(Activity(memo.get_absolute_url(), memo.title, _("Memo"), at, about))
        return sorted(told, key=lambda each: each.at, reverse=True)[:limit]

    def card(self, path: str, caller: Caller) -> Card | None:
        """The card of a version, a change, a memo, a terms or a service."""
        if match := _BY_COMMIT.match(path):
            version = Version.objects.visible_to(caller).newest_first().filter(commit=match["commit"]).first()
            if version is None:
                return None
            kind = version.get_kind_display()
            return Card(path, str(version.terms), kind, version.fetched_at, size_of(version), tool=self.slug)
        if match := _MEMO.match(path):
            memo = Memo.objects.visible_to(caller).with_names().filter(pk=match["pk"]).first()
            return self._memo_card(memo) if memo else None
        if match := _BY_NAME.match(path):
            return self._named_card(path, match, caller)
        return None

    def _memo_card(self, memo: Memo) -> Card:
        about = f"{memo.organisation} · {memo.terms}"
        at = memo.published_at or memo.updated_at
        return Card(memo.get_absolute_url(), memo.title, _("Memo"), at, about, tool=self.slug)

    def _named_card(self, path: str, match: re.Match[str], caller: Caller) -> Card | None:
        services = Service.objects.visible_to(caller).with_summary()
        service = services.filter(collection__key=match["collection"], slug=match["service"]).first()
        if service is None:
            return None
        if not match["terms"]:
            return Card(path, service.name, _("Service"), service.last_change_at, tool=self.slug)
        terms = Terms.objects.filter(service=service, slug=match["terms"]).first()
        return Card(path, str(terms), _("Terms"), terms.last_change_at, tool=self.slug) if terms else None

    def commands(self) -> Sequence[Command]:
        """What it answers in a room: `/terms`."""
        return commands.COMMANDS

    def called_for(self, webhook: int) -> tuple[User, str] | None:
        """Whose subscription the webhook is."""
        found = Subscription.objects.select_related("owner").filter(webhook=webhook).first()
        return (found.owner, reverse("terms:edit_following", args=[found.pk])) if found else None

    def sitemap(self) -> Iterable[tuple[str, datetime | None]]:
        """The list, each service, each terms."""
        public = AnonymousUser()
        yield "/terms/", Version.objects.visible_to(public).aggregate(at=Max("fetched_at"))["at"]
        for service in Service.objects.visible_to(public).with_summary().select_related("collection"):
            yield service.get_absolute_url(), service.last_change_at
        for terms in Terms.objects.visible_to(public).select_related("service__collection"):
            yield terms.get_absolute_url(), terms.last_change_at
        for memo in Memo.objects.visible_to(public):
            yield memo.get_absolute_url(), memo.updated_at

    def health(self) -> Sequence[str]:
        """Terms that fail, and terms that nobody has looked at though they are due."""
        failing = Terms.objects.tracked().failing().count()
        return (
            [f"{failing} tracked terms fail their last check: see /terms/?health=failing"] if failing else []
        )

    def back_up(self, folder: Path) -> None:
        """Each git archive as a bundle."""
        upkeep.back_up(folder)

    def restore(self, folder: Path) -> None:
        """The archives from their bundles."""
        upkeep.restore(folder)

    def load_demo(self, world: DemoWorld) -> None:
        """Invented services, served by the portal itself, and a starter set of real ones."""
        demo.load(say=world.say)


def _readable(keys: Iterable[str], caller: Caller) -> set[str]:
    """Those of these keys of the search that the caller may read."""
    memos: list[int] = []
    terms: list[int] = []
    for key in keys:
        kind, _sign, number = key.rpartition(":")
        (memos if kind else terms).append(int(number))
    open_terms = Terms.objects.visible_to(caller).filter(pk__in=terms).values_list("pk", flat=True)
    open_memos = Memo.objects.visible_to(caller).filter(pk__in=memos).values_list("pk", flat=True)
    return {*map(str, open_terms), *(f"memo:{key}" for key in open_memos)}


tool = TermsTracker()
