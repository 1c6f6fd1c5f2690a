"""What an ad discloses, held against what the law wants told, in words for a page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from political_ads.law import Disclosed, Told, applies, checklist
from political_ads.models import Ad, Check
from political_ads.wording import amount_range

NAMES: dict[str, Promise] = {
    "label": _("Labelled as political advertising"),
    "sponsor": _("Sponsor"),
    "controlling_entity": _("Who controls the sponsor in the end"),
    "election": _("Election or process it is about"),
    "targeting_statement": _("Statement that it is targeted"),
    "notice": _("Where its transparency notice is"),
    "payer_if_different": _("Who pays, when it is not the sponsor"),
    "period": _("Period of publication"),
    "amounts": _("Amounts"),
    "origin_of_amounts": _("Origin of the amounts: public or private, in or outside the Union"),
    "method": _("How the amounts were computed"),
    "official_information": _("Where official information on taking part is"),
    "repository": _("Where it is in a repository"),
    "complaints": _("How to complain"),
    "suspensions": _("Whether it was suspended before"),
    "targeting": _("How it was targeted"),
    "reach": _("Reach"),
}
TOLD: dict[str, Promise] = {
    Told.GIVEN: _("told"),
    Told.MISSING: _("missing: to check"),
    Told.NOT_TOLD: _("not told by this library: look at the ad itself"),
}


@dataclass(frozen=True)
class Row:
    """A line of the checklist as a page shows it."""

    code: str
    article: str
    name: Promise
    told: str
    says: Promise
    value: str


@dataclass(frozen=True)
class Checklist:
    """All lines; whether the Regulation applied when the ad was shown, if that is known; how many are missing."""

    rows: list[Row]
    applies: bool
    has_dates: bool

    @property
    def missing(self) -> int:
        """Lines where something should be told and is not."""
        return sum(row.told == Told.MISSING for row in self.rows)


def checklist_of(ad: Ad) -> Checklist:
    """The checklist of Regulation (EU) 2024/900 for one ad: what is told, missing, or not for the library to tell."""
    disclosed = Disclosed(
        payer=ad.payer,
        amount=amount_range(ad.spend_low, ad.spend_high, ad.currency),
        started_on=ad.started_on.date() if ad.started_on else None,
        stopped_on=ad.stopped_on.date() if ad.stopped_on else None,
        impressions=amount_range(ad.impressions_low, ad.impressions_high),
        address=ad.address,
        details=ad.details,
        checks=Check.objects.settled(ad.creative_id),
    )
    rows = [
        Row(
            line.item.code,
            line.item.article,
            NAMES[line.item.code],
            line.told.value,
            TOLD[line.told],
            line.value,
        )
        for line in checklist(disclosed)
    ]
    has_dates = bool(disclosed.started_on or disclosed.stopped_on)
    return Checklist(rows, applies(disclosed), has_dates)
