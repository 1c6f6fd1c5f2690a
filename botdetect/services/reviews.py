"""Reviewing clusters and sampled accounts, and publishing what two reviewers confirmed."""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from botdetect.agreement import kappa, wilson
from botdetect.models import Account, Cluster, Member, Review, Verdict
from disinfo import search
from disinfo.accounts import audit
from disinfo.accounts.models import User

REVIEWERS_NEEDED = 2


class ReviewError(ValueError):
    """It cannot be done; the message says why."""


@transaction.atomic
def review(
    *, cluster: Cluster, reviewer: User, decision: str, reason: str, tags: list[str], explanations: list[str]
) -> Review:
    """Keep a reviewer's decision in place of the earlier one; two that agree settle the cluster."""
    cluster = Cluster.objects.select_for_update().get(pk=cluster.pk)
    said, _new = Review.objects.update_or_create(
        cluster=cluster,
        reviewer=reviewer,
        defaults={"decision": decision, "reason": reason, "tags": tags, "explanations": explanations},
    )
    _settle(cluster)
    audit.record("bots.reviewed", actor=reviewer, on=cluster, decision=decision, tags=tags)
    return said


def _settle(cluster: Cluster) -> None:
    decisions = Counter(cluster.reviews.values_list("decision", flat=True))
    before = cluster.state
    if decisions[Review.Decision.INNOCENT] >= REVIEWERS_NEEDED:
        cluster.state = Cluster.State.DISMISSED
    elif (
        decisions[Review.Decision.COORDINATED] >= REVIEWERS_NEEDED and not decisions[Review.Decision.INNOCENT]
    ):
        is_public = before == Cluster.State.PUBLISHED
        cluster.state = Cluster.State.PUBLISHED if is_public else Cluster.State.CONFIRMED
    else:
        cluster.state = Cluster.State.TO_REVIEW
    looked = cluster.reviews.values_list("explanations", flat=True)
    cluster.explanations = sorted({each for ticked in looked for each in ticked})
    cluster.save(update_fields=["state", "explanations"])
    if before == Cluster.State.PUBLISHED and cluster.state != before:
        search.remove(tool="bots", key=str(cluster.pk))


@transaction.atomic
def publish(*, cluster: Cluster, title: str, summary: str, actor: User) -> None:
    """Show the aggregates of a confirmed cluster to everyone. ReviewError when it is not, or names an account."""
    cluster = Cluster.objects.select_for_update().get(pk=cluster.pk)
    if cluster.state not in {Cluster.State.CONFIRMED, Cluster.State.PUBLISHED}:
        raise ReviewError(_("Two reviewers must confirm a cluster before it is published."))
    named = _named_in(cluster, f"{title} {summary}")
    if named:
        raise ReviewError(_("The text names an account of the cluster: describe it without names."))
    cluster.title, cluster.summary, cluster.state = title, summary, Cluster.State.PUBLISHED
    cluster.published_at = cluster.published_at or timezone.now()
    cluster.save(update_fields=["title", "summary", "state", "published_at"])
    search.put(
        tool="bots",
        key=str(cluster.pk),
        kind="cluster",
        url=cluster.get_public_url(),
        title=title,
        body=summary,
        date=cluster.published_at,
    )
    audit.record("bots.published", actor=actor, on=cluster)


def _named_in(cluster: Cluster, text: str) -> bool:
    """Whether a text holds the identifier or the handle of a member as a word."""
    words = {word.strip("@.,;:!?()«»“”\"'").casefold() for word in text.split()}
    names = set(cluster.members.values_list("name", flat=True))
    handles = Account.objects.filter(collection=cluster.run.collection, name__in=names).exclude(handle="")
    names |= set(handles.values_list("handle", flat=True))
    return bool(words & {name.casefold() for name in names})


@transaction.atomic
def withdraw(*, cluster: Cluster, reason: str, actor: User) -> None:
    """Take a cluster back from the public."""
    Cluster.objects.filter(pk=cluster.pk, state=Cluster.State.PUBLISHED).update(
        state=Cluster.State.CONFIRMED, published_at=None
    )
    search.remove(tool="bots", key=str(cluster.pk))
    audit.record("bots.withdrawn", actor=actor, on=cluster, reason=reason)


@transaction.atomic
def judge(*, member: Member, reviewer: User, judgement: str) -> Verdict:
    """Keep a reviewer's judgement of a sampled account."""
    if not member.is_sampled:
        raise ReviewError(_("This account was not drawn for the audit."))
    said, _new = Verdict.objects.update_or_create(
        member=member, reviewer=reviewer, defaults={"judgement": judgement}
    )
    audit.record("bots.judged", actor=reviewer, on=member.cluster, member=member.pk, judgement=judgement)
    return said


@dataclass(frozen=True)
class Precision:
    """Of the accounts drawn by chance and judged by two: how many take part, with the 95 % interval.

    unknown: those that could not be told, left out of the share; disputed: those the two reviewers disagree on.
    """

    right: int
    judged: int
    unknown: int
    disputed: int
    agreement: float | None

    @property
    def percent(self) -> float | None:
        """The share in percent."""
        return round(100 * self.right / self.judged, 1) if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        """The interval in percent."""
        low, high = wilson(self.right, self.judged)
        return round(100 * low, 1), round(100 * high, 1)


def precision_of(members: QuerySet[Member]) -> Precision:
    """The audited precision over sampled members with two judgements; the first two count."""
    by_member: dict[int, list[str]] = {}
    chosen = Verdict.objects.filter(member__in=members.filter(is_sampled=True))
    for member, judgement in chosen.order_by("pk").values_list("member_id", "judgement"):
        by_member.setdefault(member, []).append(judgement)
    pairs = [(said[0], said[1]) for said in by_member.values() if len(said) >= REVIEWERS_NEEDED]
    agreed = Counter(one for one, other in pairs if one == other)
    right, wrong = agreed[Verdict.Judgement.PART], agreed[Verdict.Judgement.NOT_PART]
    return Precision(
        right=right,
        judged=right + wrong,
        unknown=agreed[Verdict.Judgement.UNKNOWN],
        disputed=len(pairs) - sum(agreed.values()),
        agreement=kappa(pairs),
    )
