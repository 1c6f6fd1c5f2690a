"""Ads of Meta's Ad Library: the objects of its interface, under the names of 2019 and of today, or a flat CSV.

Meta, "Ads Archive" reference of the Graph API, v3.3 (2019) and v25.0.
"""

from collections.abc import Mapping
from typing import Any

from political_ads.sources.records import AdRecord, BadRowError, Range
from political_ads.sources.values import (
    date_of,
    first_of,
    left_over,
    list_of,
    need,
    number_of,
    ordered,
    range_of,
    text_of,
)

# Left: ours; right: theirs, today's name first.
NAMES = {
    "external_id": ("id", "ad_id", "adArchiveID", "ad_archive_id"),
    "text": ("ad_creative_bodies", "ad_creative_body"),
    "title": ("ad_creative_link_titles", "ad_creative_link_title"),
    "description": ("ad_creative_link_descriptions", "ad_creative_link_description"),
    "link": ("ad_creative_link_captions", "ad_creative_link_caption"),
    "payer": ("bylines", "funding_entity", "disclaimer"),
    "created_on": ("ad_creation_time",),
    "started_on": ("ad_delivery_start_time",),
    "stopped_on": ("ad_delivery_stop_time",),
    "countries": ("ad_reached_countries", "target_locations_countries"),
}
_OTHERS = ("page_id", "page_name", "currency", "languages", "publisher_platforms", "ad_snapshot_url")
_RANGES = ("spend", "impressions")
_KNOWN = {
    *(name for names in NAMES.values() for name in names),
    *_OTHERS,
    *_RANGES,
    *(f"{name}_{end}" for name in _RANGES for end in ("lower", "upper")),
}
# The snapshot's own address holds the token it was asked with; this one is the public page.
_PUBLIC_PAGE = "https://www.facebook.com/ads/library/?id="


def parse(row: Mapping[str, Any]) -> AdRecord:
    """The ad of one object, or of one line of a CSV.

    Raises BadRowError when it has no identifier, or a value is not what it should be.
    """
    external_id = _external_id(row)
    # More bodies than one are variants of one ad: all are kept, the first is shown.
    more = row.get("ad_creative_bodies")
    variants = {"ad_creative_bodies": more} if isinstance(more, list) and len(more) > 1 else {}
    return AdRecord(
        external_id=external_id,
        advertiser_id=text_of(row.get("page_id"), 200),
        advertiser_name=text_of(row.get("page_name"), 300),
        text=text_of(first_of(row, *NAMES["text"])),
        title=text_of(first_of(row, *NAMES["title"])),
        description=text_of(first_of(row, *NAMES["description"])),
        link=text_of(first_of(row, *NAMES["link"]), 500),
        language=text_of(first_of(row, "languages"), 8).split(",")[0].strip("[]'\" "),
        payer=text_of(first_of(row, *NAMES["payer"]), 500),
        currency=text_of(row.get("currency"), 3),
        spend=_range(row, "spend"),
        impressions=_range(row, "impressions"),
        created_on=date_of(first_of(row, *NAMES["created_on"])),
        started_on=date_of(first_of(row, *NAMES["started_on"])),
        stopped_on=date_of(first_of(row, *NAMES["stopped_on"])),
        platforms=list_of(row.get("publisher_platforms")),
        countries=list_of(first_of(row, *NAMES["countries"])),
        address=_PUBLIC_PAGE + external_id,
        details=left_over({**row, **variants}, _KNOWN - set(variants)),
    )


def _external_id(row: Mapping[str, Any]) -> str:
    found = text_of(first_of(row, *NAMES["external_id"]), 201)
    if not found:
        # In 2019 the identifier stood in the snapshot's address only.
        _page, _sign, tail = text_of(row.get("ad_snapshot_url")).partition("?id=")
        found = tail.partition("&")[0]
    if found and not found.isdecimal():
        raise BadRowError(f"an identifier that is not a number: {found[:40]!r}")
    return need(found, "identifier")


def _range(row: Mapping[str, Any], name: str) -> Range:
    if f"{name}_lower" in row or f"{name}_upper" in row:
        return ordered(number_of(row.get(f"{name}_lower")), number_of(row.get(f"{name}_upper")))
    return range_of(row.get(name))
