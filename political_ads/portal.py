"""What political ads give the portal."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from disinfo import search
from disinfo.portal.tools import Activity, Caller, Card, Command, DemoWorld, Figure, Tool
from political_ads import alike, cards, commands, crowd_figures
from political_ads.models import Ad, Alert, MonitorRun, Task, Voter
from political_ads.services import alerts

_NIGHTS_MISSED = timedelta(hours=50)
_WEIGHED_WITHIN = timedelta(minutes=15)


class PoliticalAds(Tool):
    """See the ads, say what they are for, and which ones the platforms removed."""

    slug = "ads"
    name = gettext_lazy("Political ads")
    tagline = gettext_lazy("See the ads, say what they are for, and which ones the platforms removed.")
    audience = gettext_lazy("Any citizen")
    icon = "megaphone"

    def figures(self) -> Sequence[Figure]:
        """Ads, answers, contents decided, ads removed."""
        counted = crowd_figures.progress()
        removed = Ad.objects.filter(presence=Ad.Presence.REMOVED).count()
        kept = gettext_lazy("Counted in the libraries kept on this portal.")
        answers = gettext_lazy("Answers neither taken back nor revoked.")
        decided = gettext_lazy("Contents that several ads may share, with enough agreeing answers.")
        missing = gettext_lazy("Not in two complete looks at their library, two days apart.")
        return (
            Figure("ads", Ad.objects.count(), gettext_lazy("ads kept"), kept),
            Figure("votes", counted["votes"], gettext_lazy("answers of citizens"), answers),
            Figure("decided", counted["decided"], gettext_lazy("contents decided"), decided),
            Figure("removed", removed, gettext_lazy("ads removed by platforms"), missing),
        )

    def search(self, query: str, caller: Caller, limit: int) -> Sequence[Card]:
        """Ads by their words; the library makes them findable."""
        entries = search.find(query, caller, tool=self.slug, limit=limit)
        return [
            Card(entry.url, entry.title, _("Political ad"), entry.date, entry.body, tool=self.slug)
            for entry in entries
        ]

    def activity(self, caller: Caller, limit: int) -> Sequence[Activity]:  # noqa: ARG002 (all of it is public)
        """The findings that two reviewers agreed on, what was removed, and what regulators are told of."""
        found = Task.objects.exclude(found_at=None).select_related("creative").order_by("-found_at")[:limit]
        findings = [
            Activity(
                ad.get_absolute_url(),
                str(task.creative),
                _("Finding"),
                task.found_at,
                str(task.get_finding_display()),
            )
            for task in found
            if task.found_at and (ad := task.creative.ads.select_related("source").order_by("pk").first())
        ]
        gone = Ad.objects.filter(presence=Ad.Presence.REMOVED, missing_since__isnull=False)
        # Of the ads that show the same thing, one stands for all.
        latest = gone.select_related("source", "creative").order_by("-missing_since", "-pk")[: 20 * limit]
        removals = [
            Activity(
                ad.get_absolute_url(), str(ad.creative), _("Ad removed"), ad.missing_since, str(ad.source)
            )
            for ad in {ad.creative_id: ad for ad in reversed(list(latest))}.values()
            if ad.missing_since
        ]
        return sorted([*findings, *removals, *_alerts(limit)], key=lambda each: each.at, reverse=True)[:limit]

    def card(self, path: str, caller: Caller) -> Card | None:  # noqa: ARG002 (all of it is public)
        """The card of an ad, or of what went away between two snapshots."""
        return cards.card_of(path)

    def commands(self) -> Sequence[Command]:
        """What it answers in a room: `/ads`."""
        return commands.COMMANDS

    def pictures_like(self, perceptual_hash: str, caller: Caller) -> Sequence[tuple[int, Card]]:  # noqa: ARG002 (all ads are public)
        """Ads that show a picture like this."""
        return alike.pictures_like(perceptual_hash)

    def sitemap(self) -> Iterable[tuple[str, datetime | None]]:
        """The pages that stand still."""
        for page in ("", "classify/", "results/", "report/", "method/"):
            yield f"/ads/{page}", None

    def health(self) -> Sequence[str]:
        """Answers that nobody weighs again, nights without a check."""
        now, wrong = timezone.now(), []
        late = Voter.objects.waiting().filter(weigh_since__lt=now - _WEIGHED_WITHIN).count()
        if late:
            wrong.append(f"{late} sessions wait to have their answers weighed again: does a worker run?")
        last = MonitorRun.objects.first()
        if last and last.ran_at < now - _NIGHTS_MISSED:
            wrong.append(f"the nightly check of answers last ran on {last.ran_at:%Y-%m-%d %H:%M}")
        return wrong

    def load_demo(self, world: DemoWorld) -> None:
        """Invented ads, answered by invented people."""
        # They bring numpy, which a web process seldom needs.
        from political_ads.services import demo, demo_library, rules

        demo.load(people=world.people, say=world.say)
        demo_library.load()
        rules.apply_to(Ad.objects.all())


def _alerts(limit: int) -> list[Activity]:
    """What rooms that watch this tool are told of at once, as mails and webhooks are."""
    latest = Alert.objects.select_related("source")[:limit]
    return [
        Activity(
            alerts.address_of(alert),
            str(alert),
            _("Alert"),
            alert.at,
            ngettext("%(count)s ad", "%(count)s ads", alert.count) % {"count": alert.count},
        )
        for alert in latest
    ]


tool = PoliticalAds()
