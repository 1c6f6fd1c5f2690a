"""What a citizen is shown of a creative: its pictures, and the ad of it that reached most."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce

from political_ads.models import Ad, Creative, Media
from political_ads.wording import amount_range


@dataclass(frozen=True)
class ShownAd:
    """A creative with one of its ads; without an ad only the creative is known."""

    creative: Creative
    ad: Ad | None
    pictures: list[Media]
    copies: int

    @property
    def spend(self) -> str:
        """What was spent on this ad, as a range; empty when unknown."""
        return amount_range(self.ad.spend_low, self.ad.spend_high, self.ad.currency) if self.ad else ""

    @property
    def impressions(self) -> str:
        """How often this ad was shown, as a range; empty when unknown."""
        return amount_range(self.ad.impressions_low, self.ad.impressions_high) if self.ad else ""

    @property
    def places(self) -> str:
        """Where it ran: platforms and countries."""
        if not self.ad:
            return ""
        return ", ".join(str(place) for place in [*_few(self.ad.platforms), *_few(self.ad.countries)])


def _few(values: Any) -> list[Any]:
    """At most eight: some libraries give every country of a continent."""
    return values[:8] if isinstance(values, list) else []


def shown_ad(creative_id: int) -> ShownAd:
    """The present ad with the largest reach, or, when all are gone, the last one that was there."""
    creative = Creative.objects.get(pk=creative_id)
    is_present = Case(When(presence=Ad.Presence.PRESENT, then=Value(0)), default=Value(1))
    reach = Coalesce(F("impressions_high"), F("impressions_low"), Value(-1))
    ads = creative.ads.select_related("advertiser", "source").order_by(is_present, reach.desc(), "-pk")
    pictures = list(creative.media.exclude(file="").order_by("pk")[:4])
    return ShownAd(creative, ads.first(), pictures, creative.ads.count())
