"""Applying the rules to the ads: what seems to be concerned is "to check", until two reviewers say the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet

from disinfo.accounts import audit
from disinfo.accounts.models import User
from political_ads.law import ALWAYS, PREDICATES, Facts, Window, labels_needed, overlap, windows_of
from political_ads.models import Ad, Check, Election, HitReview, Rule, RuleHit, Task

_BATCH = 2000
_CONCURRING = 2
_ANY_DAY = "always"


def apply_to(ads: QuerySet[Ad]) -> int:
    """Apply every active rule to these ads; gives how many new hits there are. A second call finds none."""
    before = RuleHit.objects.count()
    for rule in Rule.objects.active():
        for election, window in _windows(rule):
            _note_hits(rule, election, window, _candidates(ads, rule, election, window))
    return RuleHit.objects.count() - before


def drop_outdated() -> int:
    """Take back hits nobody has reviewed, of which the label is no longer one that the rule asks for."""
    dropped = 0
    for rule in Rule.objects.active():
        if labels := labels_needed(rule.predicate):
            waiting = RuleHit.objects.filter(rule=rule, state=RuleHit.State.TO_CHECK, reviews=None)
            dropped += waiting.exclude(_has_label(labels, "ad__creative__task__")).delete()[0]
    return dropped


def facts_of(ad: Ad) -> Facts:
    """What the rules know of an ad."""
    return Facts(
        label=settled_label(ad),
        payer=ad.payer,
        currency=ad.currency,
        has_amount=ad.spend_low is not None or ad.spend_high is not None,
        details=ad.details,
        checks=Check.objects.settled(ad.creative_id),
    )


def would_apply(ad: Ad, label: str) -> list[tuple[Rule, Election | None, Window]]:
    """The rules that would concern this ad if `label` is right, with the days of its delivery that they cover."""
    facts = replace(facts_of(ad), label=label)
    rules = [rule for rule in Rule.objects.active() if PREDICATES[rule.predicate](facts)]
    found = []
    for rule in rules:
        for election, window in _windows(rule):
            is_here = ad.country in ("", election.country if election else rule.country or ad.country)
            days = overlap(window, _day(ad.started_on), _day(ad.stopped_on)) if is_here else None
            if days:
                found.append((rule, election, days))
    return found


def settled_label(ad: Ad) -> str:
    """What reviewers found, or else the crowd settled on, for its creative; empty while neither did."""
    task = getattr(ad.creative, "task", None)
    if task is None:
        return ""
    return str(task.finding or (task.top if task.state in _SETTLED else ""))


_SETTLED = (Task.State.RETIRED, Task.State.GOLD)


def _has_label(labels: tuple[str, ...], prefix: str) -> Q:
    by_crowd = Q(**{f"{prefix}finding": "", f"{prefix}state__in": _SETTLED, f"{prefix}top__in": labels})
    return by_crowd | Q(**{f"{prefix}finding__in": labels})


def _windows(rule: Rule) -> Iterator[tuple[Election | None, Window]]:
    if rule.window == _ANY_DAY:
        yield None, (rule.applies_from or ALWAYS[0], ALWAYS[1])
        return
    elections = Election.objects.order_by("pk")
    if rule.country:
        elections = elections.filter(country=rule.country)
    for election in elections:
        for first, last in windows_of(rule.window, election.ballot(), rule.parameters):
            if last >= (rule.applies_from or date.min):
                yield election, (max(first, rule.applies_from or first), last)


def _candidates(ads: QuerySet[Ad], rule: Rule, election: Election | None, window: Window) -> QuerySet[Ad]:
    country = election.country if election else rule.country
    if country:
        ads = ads.filter(country=country)
    if labels := labels_needed(rule.predicate):
        ads = ads.filter(_has_label(labels, "creative__task__"))
    first, last = (
        datetime.combine(day, at, tzinfo=UTC) for day, at in zip(window, (time.min, time.max), strict=True)
    )
    return ads.shown_between(first, last)  # type: ignore[attr-defined,no-any-return]  # of our own query set


def _note_hits(rule: Rule, election: Election | None, window: Window, ads: QuerySet[Ad]) -> None:
    concerns = PREDICATES[rule.predicate]
    chosen = ads.select_related("creative__task").order_by("pk").iterator(chunk_size=_BATCH)
    while batch := list(islice(chosen, _BATCH)):
        hits = []
        for ad in batch:
            days = overlap(window, _day(ad.started_on), _day(ad.stopped_on))
            if days and concerns(facts_of(ad)):
                hits.append(
                    RuleHit(ad=ad, rule=rule, election=election, since=days[0], until=min(days[1], ALWAYS[1]))
                )
        # One that is there already may have been reviewed: it stays as it is.
        RuleHit.objects.bulk_create(hits, ignore_conflicts=True)


def _day(at: datetime | None) -> date | None:
    return at.astimezone(UTC).date() if at else None


@transaction.atomic
def review(*, hit: RuleHit, reviewer: User, decision: HitReview.Decision, note: str) -> RuleHit:
    """Keep what a reviewer says of a hit; two who say the same settle it, and a later third may unsettle it.

    Raises ValueError without a reason.
    """
    if not note.strip():
        raise ValueError("Say why: a decision without a reason helps nobody.")
    hit = RuleHit.objects.select_for_update().get(pk=hit.pk)
    HitReview.objects.update_or_create(
        hit=hit, reviewer=reviewer, defaults={"decision": decision, "note": note.strip()[:2000]}
    )
    said = list(hit.reviews.values_list("decision", flat=True))
    hit.state = _state_of(said.count(HitReview.Decision.CONFIRM), said.count(HitReview.Decision.DISMISS))
    hit.save(update_fields=["state"])
    audit.record("ads.hit_reviewed", actor=reviewer, on=hit, decision=str(decision), state=str(hit.state))
    return hit


def _state_of(confirming: int, dismissing: int) -> RuleHit.State:
    if confirming >= _CONCURRING and confirming > dismissing:
        return RuleHit.State.CONFIRMED
    if dismissing >= _CONCURRING and dismissing > confirming:
        return RuleHit.State.DISMISSED
    return RuleHit.State.TO_CHECK
