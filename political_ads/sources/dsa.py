"""Ads of repositories under article 39 of Regulation (EU) 2022/2065 (Digital Services Act).

The Regulation says what must be there, not under which names: these are the plain words of its paragraph 2, and the
names that large platforms use for them.
"""

from collections.abc import Mapping
from typing import Any

from political_ads.sources.records import AdRecord
from political_ads.sources.values import (
    date_of,
    first_of,
    left_over,
    list_of,
    need,
    range_of,
    text_of,
    without_secrets,
)

NAMES = {
    "external_id": ("id", "ad_id", "adId", "creative_id"),
    "text": ("content", "ad_text", "body", "text"),
    "title": ("product_name", "product", "service", "brand", "subject_matter", "title"),
    "advertiser_id": ("advertiser_id", "business_id", "account_id"),
    # Article 39(2)(b): on whose behalf it is presented; (c): who paid, if that is another.
    "advertiser_name": ("on_behalf_of", "beneficiary", "advertiser", "advertiser_name", "business_name"),
    "payer": ("paid_by", "payer", "paying_entity", "paid_for_by"),
    "started_on": ("period_start", "start_date", "first_shown", "first_shown_date"),
    "stopped_on": ("period_end", "end_date", "last_shown", "last_shown_date"),
    "impressions": ("recipients_total", "reach", "total_reach", "eu_total_reach", "impressions"),
    "countries": ("member_states", "countries", "reached_countries", "country"),
    "pictures": ("picture", "image_url", "media_url", "thumbnail"),
    "address": ("address", "url", "ad_url"),
}


def parse(row: Mapping[str, Any]) -> AdRecord:
    """The ad of one object or line.

    Raises BadRowError when it has no identifier, or a value is not what it should be.
    """
    name = text_of(first_of(row, *NAMES["advertiser_name"]), 300)
    return AdRecord(
        external_id=need(text_of(first_of(row, *NAMES["external_id"]), 201), "identifier"),
        advertiser_id=text_of(first_of(row, *NAMES["advertiser_id"]), 200) or name[:200],
        advertiser_name=name,
        text=text_of(first_of(row, *NAMES["text"])),
        title=text_of(first_of(row, *NAMES["title"])),
        payer=text_of(first_of(row, *NAMES["payer"]), 500),
        impressions=range_of(first_of(row, *NAMES["impressions"])),
        started_on=date_of(first_of(row, *NAMES["started_on"])),
        stopped_on=date_of(first_of(row, *NAMES["stopped_on"])),
        countries=_countries(row),
        address=without_secrets(first_of(row, *NAMES["address"])),
        details=left_over(row, {name for names in NAMES.values() for name in names}),
        pictures=tuple(
            address for name in NAMES["pictures"] if (address := without_secrets(first_of(row, name)))
        ),
    )


def _countries(row: Mapping[str, Any]) -> tuple[str, ...]:
    for name in NAMES["countries"]:
        value = row.get(name)
        # Recipients are given by member state: {"FR": 1200, "BE": 80}.
        found = tuple(value) if isinstance(value, Mapping) else list_of(value)
        if found:
            return tuple(str(each)[:2].upper() for each in found)
    return ()
