"""How the classification goes: counts for pages, kept a few seconds since counting a million rows takes longer."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from political_ads.models import Ad, CitizenReport, MonitorRun, Task, Vote
from political_ads.prevalence import Share, shares

_KEPT_SECONDS = 20
UNDECIDED = "undecided"


def progress() -> dict[str, int]:
    """Creatives, how many are decided and open, answers in all and today, the share decided in percent."""
    known: dict[str, int] | None = cache.get("ads:progress")
    if known is None:
        known = _count()
        cache.set("ads:progress", known, timeout=_KEPT_SECONDS)
    return known


def _count() -> dict[str, int]:
    states = dict(
        Task.objects.exclude(state=Task.State.HIDDEN)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    total = sum(number for state, number in states.items() if state != Task.State.GOLD)
    decided = states.get(Task.State.RETIRED, 0) + states.get(Task.State.UNDECIDABLE, 0)
    return {
        "creatives": total,
        "decided": decided,
        "open": states.get(Task.State.OPEN, 0),
        "contested": states.get(Task.State.CONTESTED, 0),
        "votes": Vote.objects.active().count(),
        "today": Vote.objects.today().count(),
        "percent": round(100 * decided / total) if total else 0,
    }


@dataclass(frozen=True)
class Prevalence:
    """Shares of labels among all ads, estimated from the uniform sample."""

    shares: list[Share]
    decided: int
    waiting: int
    at: datetime


def prevalence(*, language: str = "") -> Prevalence:
    """The share of each label in the uniform sample, a creative weighing as many ads as show it.

    What people could not agree on is a share of its own; what is still being asked is not counted, but said.
    """
    # Any text may be asked for as a language; a key of the cache holds letters only.
    key = f"ads:prevalence:{quote(language, safe='')}"
    known: Prevalence | None = cache.get(key)
    if known is None:
        known = _prevalence(language)
        cache.set(key, known, timeout=_KEPT_SECONDS)
    return known


def _prevalence(language: str) -> Prevalence:
    sample = Task.objects.audited()
    if language:
        sample = sample.filter(language=language)
    rows = sample.annotate(ads=Count("creative__ads")).order_by("pk")
    decided: list[tuple[str, float]] = []
    waiting = 0
    for state, finding, top, ads in rows.values_list("state", "finding", "top", "ads"):
        if state == Task.State.OPEN:
            waiting += 1
        else:
            label = finding or (top if state == Task.State.RETIRED else UNDECIDED)
            decided.append((label, float(max(ads, 1))))
    return Prevalence(shares(decided), len(decided), waiting, timezone.now())


def said_of(creative_id: int) -> Counter[str]:
    """How many active answers a creative has of each label."""
    votes = Vote.objects.active().filter(creative_id=creative_id).order_by().values_list("label")
    return Counter(dict(votes.annotate(number=Count("pk"))))


def agreement() -> dict[str, Any] | None:
    """What the last nightly check measured; None before the first one."""
    run = MonitorRun.objects.first()
    if run is None:
        return None
    return {"at": run.ran_at, "votes": run.votes_count, "creatives": run.tasks_count, **run.alpha}


def waiting_for_reviewers() -> dict[str, int]:
    """How much lies in the reviewers' pages."""
    tasks = Task.objects.to_review().aggregate(
        contested=Count("pk", filter=Q(state=Task.State.CONTESTED)), all=Count("pk")
    )
    reports = CitizenReport.objects.filter(status=CitizenReport.Status.WAITING).count()
    return {"contested": tasks["contested"], "creatives": tasks["all"], "reports": reports}


def original_counts() -> dict[str, int]:
    """The two numbers the original of 2019 answered: ads, and answers."""
    return {"adsCount": Ad.objects.count(), "annotationsCount": Vote.objects.active().count()}
