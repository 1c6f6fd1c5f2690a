"""What every format is read into: an ad, what is announced of an advertiser, or a row refused with its reason."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Range = tuple[int | None, int | None]
"""Lower and upper bound, both included; None where the platform gives no bound."""

UNKNOWN: Range = (None, None)


class BadRowError(ValueError):
    """A row that cannot be an ad; the message says why."""


class SourceFileError(ValueError):
    """A file that cannot be read at all; the message says what to do."""


@dataclass(frozen=True, slots=True)
class AdRecord:
    """One ad as a library shows it, under our names. Money is in units of `currency`, as platforms give it."""

    external_id: str
    advertiser_id: str = ""
    advertiser_name: str = ""
    text: str = ""
    title: str = ""
    description: str = ""
    link: str = ""
    language: str = ""
    payer: str = ""
    currency: str = ""
    spend: Range = UNKNOWN
    impressions: Range = UNKNOWN
    created_on: datetime | None = None
    started_on: datetime | None = None
    stopped_on: datetime | None = None
    platforms: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    address: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TotalRecord:
    """What a library announces of one advertiser and payer: how many ads, and what was spent."""

    advertiser_id: str
    advertiser_name: str
    payer: str
    ads_count: int
    spend: Range = UNKNOWN
    currency: str = ""
    day: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out: where it stands, and why."""

    line: int
    reason: str


Record = AdRecord | TotalRecord
