"""What Regulation (EU) 2024/900 asks to be told of a political ad (arts 11 and 12), held against what a library tells.

A library rarely holds the ad's own label and notice: an item it never tells is "not told", to be looked for on the ad
itself, and is no finding. Names are those of the libraries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

SINCE = date(2025, 10, 10)
"""The day from which the Regulation applies (art. 30)."""


class Told(StrEnum):
    """How an item stands."""

    GIVEN = "given"
    MISSING = "missing"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What is known of an ad: columns that every library has, what citizens agree on, the rest by its own names."""

    payer: str = ""
    amount: str = ""
    started_on: date | None = None
    stopped_on: date | None = None
    impressions: str = ""
    address: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be told: its code, its article, the names under which libraries tell it."""

    code: str
    article: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist: the item, how it stands, and what is told."""

    item: Item
    told: Told
    value: str = ""


# Where there is a column, an empty one is a finding; where there are only names in the details, it is not.
_COLUMNS = {"sponsor", "period", "amounts", "repository", "reach"}
_CHECKS = {"label": "political_label", "sponsor": "payer_named"}

ITEMS = (
    Item("label", "11"),
    Item("sponsor", "11", ("beneficiary_payers", "advertiser_disclosed_name")),
    Item("controlling_entity", "11", ("controlling_entity", "beneficiary", "beneficiaries")),
    Item("election", "11", ("election", "electoral_process", "Election")),
    Item("targeting_statement", "11", ("is_targeted", "targeting_statement")),
    Item("notice", "11", ("transparency_notice", "transparency_notice_url")),
    Item("payer_if_different", "12", ("beneficiary_payers", "payer", "PayingAdvertiserName")),
    Item("period", "12"),
    Item("amounts", "12"),
    Item("origin_of_amounts", "12", ("origin_of_amounts", "funding_origin")),
    Item("method", "12", ("amounts_method",)),
    Item("official_information", "12", ("official_voting_information",)),
    Item("repository", "12"),
    Item("complaints", "12", ("complaint_mechanism",)),
    Item("suspensions", "12", ("earlier_suspension", "suspended", "violates_policy")),
    Item(
        "targeting",
        "12",
        ("target_ages", "target_gender", "target_locations", "Age_Targeting", "Gender_Targeting", "Segments"),
    ),
    Item("reach", "12", ("eu_total_reach", "total_reach_by_location")),
)


def applies(disclosed: Disclosed) -> bool:
    """Whether the ad was shown, as far as its dates tell, since the Regulation applies; unknown dates do not say so."""
    last = disclosed.stopped_on or disclosed.started_on
    return last is not None and last >= SINCE


def checklist(disclosed: Disclosed) -> list[Line]:
    """Every item with how it stands, in the order of the Regulation."""
    return [_line(item, disclosed) for item in ITEMS]


def _line(item: Item, disclosed: Disclosed) -> Line:
    value = _column(item.code, disclosed) or _detail(item.names, disclosed.details)
    if value:
        return Line(item, Told.GIVEN, value)
    # What citizens saw on the ad itself weighs where the library has no say.
    seen = disclosed.checks.get(_CHECKS.get(item.code, ""))
    if seen is not None:
        return Line(item, Told.GIVEN if seen else Told.MISSING)
    return Line(item, Told.MISSING if item.code in _COLUMNS else Told.NOT_TOLD)


def _column(code: str, disclosed: Disclosed) -> str:
    period = " – ".join(f"{day:%Y-%m-%d}" for day in (disclosed.started_on, disclosed.stopped_on) if day)
    columns = {
        "sponsor": disclosed.payer,
        "period": period,
        "amounts": disclosed.amount,
        "repository": disclosed.address,
        "reach": disclosed.impressions,
    }
    return columns.get(code, "")


def _detail(names: tuple[str, ...], details: Mapping[str, Any]) -> str:
    for name in names:
        value = details.get(name)
        if value not in (None, "", [], {}):
            return _plain(value)[:300]
    return ""


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value)
    return str(value)
