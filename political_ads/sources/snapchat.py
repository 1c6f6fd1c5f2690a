"""Ads of Snap's political ads library: one CSV a year, all countries, 34 columns."""

from collections.abc import Mapping
from typing import Any

from disinfo.countries import code_of
from political_ads.sources.records import AdRecord
from political_ads.sources.values import (
    date_of,
    first_of,
    left_over,
    need,
    number_of,
    text_of,
    without_secrets,
)

_KNOWN = {
    *("ADID", "CreativeUrl", "Currency Code", "Spend", "Impressions", "StartDate", "EndDate"),
    *("OrganizationName", "PayingAdvertiserName", "CountryCode", "CreativeProperties"),
}


def parse(row: Mapping[str, Any]) -> AdRecord:
    """The ad of one line. Spend and impressions are exact here: ranges of one number.

    Raises BadRowError when it has no identifier, or a value is not what it should be.
    """
    organisation = text_of(row.get("OrganizationName"), 200)
    spend, impressions = number_of(row.get("Spend")), number_of(row.get("Impressions"))
    country = code_of(text_of(row.get("CountryCode")))
    creative = without_secrets(row.get("CreativeUrl"))
    return AdRecord(
        external_id=need(text_of(row.get("ADID"), 201), "identifier"),
        advertiser_id=organisation,
        advertiser_name=organisation,
        payer=text_of(first_of(row, "PayingAdvertiserName"), 500),
        currency=text_of(row.get("Currency Code"), 3),
        spend=(spend, spend),
        impressions=(impressions, impressions),
        started_on=date_of(row.get("StartDate")),
        stopped_on=date_of(row.get("EndDate")),
        link=text_of(row.get("CreativeProperties"), 500).removeprefix("web_view_url:"),
        countries=(country,) if country else (),
        platforms=("snapchat",),
        address=creative,
        details=left_over(row, _KNOWN),
        pictures=() if "mediaType=mp4" in creative else (creative,),
    )
