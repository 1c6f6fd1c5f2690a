"""What the ads of one advertiser add up to. Amounts are sums of bounds: the truth lies between."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from political_ads.kept import kept
from political_ads.models import Ad, Advertiser
from political_ads.models.crowd import LABEL_NAMES, Task
from political_ads.wording import amount_range

LARGE = 10_000
"""Ads from which an advertiser's figures are kept."""


@dataclass(frozen=True)
class Spend:
    """A sum in one currency; without an upper bound when an ad has none."""

    currency: str
    low: int
    high: int | None

    def __str__(self) -> str:
        return amount_range(self.low, self.high, self.currency)


@dataclass(frozen=True)
class Figures:
    """Ads in all, by where they stand, and what was spent."""

    ads: int
    removed: int
    without_payer: int
    spends: list[Spend]


@dataclass(frozen=True)
class Profile:
    """All that is counted of an advertiser: figures, payers and settled labels with their numbers of ads."""

    figures: Figures
    payers: list[tuple[str, int]]
    labels: list[tuple[str, int]]


def profile_of(advertiser: Advertiser, *, again: bool = False) -> Profile:
    """Counted now; kept for an advertiser with many ads, unless it is to be counted `again`."""
    if advertiser.ads_count < LARGE:
        return _profile(advertiser)
    return kept(
        f"ads:advertiser:{advertiser.pk}:{advertiser.ads_count}", lambda: _profile(advertiser), again=again
    )


def _profile(advertiser: Advertiser) -> Profile:
    return Profile(figures_of(advertiser), payers_of(advertiser), labels_of(advertiser))


def figures_of(advertiser: Advertiser) -> Figures:
    """Of all ads seen of an advertiser, whether they are still there or not."""
    ads = Ad.objects.filter(advertiser=advertiser)
    counts = ads.aggregate(
        ads=Count("pk"),
        removed=Count("pk", filter=Q(presence=Ad.Presence.REMOVED)),
        without_payer=Count("pk", filter=Q(payer="")),
    )
    sums = (
        ads.exclude(spend_low=None, spend_high=None)
        .order_by("currency")
        .values("currency")
        .annotate(
            low=Coalesce(Sum("spend_low"), 0),
            high=Coalesce(Sum("spend_high"), 0),
            unbounded=Count("pk", filter=Q(spend_high=None)),
        )
    )
    spends = [Spend(row["currency"], row["low"], None if row["unbounded"] else row["high"]) for row in sums]
    return Figures(**counts, spends=spends)


def payers_of(advertiser: Advertiser) -> list[tuple[str, int]]:
    """Each payer with its number of ads; an empty name where none was given."""
    rows = Ad.objects.filter(advertiser=advertiser).order_by().values("payer").annotate(count=Count("pk"))
    return [(row["payer"], row["count"]) for row in rows.order_by("-count", "payer")[:20]]


def labels_of(advertiser: Advertiser) -> list[tuple[str, int]]:
    """Each settled label, in words, with its number of ads."""
    settled = Ad.objects.filter(
        advertiser=advertiser, creative__task__state__in=[Task.State.RETIRED, Task.State.GOLD]
    )
    rows = settled.order_by().values("creative__task__top").annotate(count=Count("pk"))
    return [
        (str(LABEL_NAMES.get(row["creative__task__top"], "")), row["count"])
        for row in rows.order_by("-count", "creative__task__top")
    ]
