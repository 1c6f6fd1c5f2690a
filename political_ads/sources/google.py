"""Ads of Google's transparency bundle: `google-political-ads-creative-stats.csv`, names as in its README."""

from collections.abc import Mapping
from typing import Any

from political_ads.sources.records import AdRecord, Range
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
    without_secrets,
)

_CURRENCIES = ("EUR", "USD", "GBP", "INR", "BGN", "CZK", "DKK", "HUF", "PLN", "RON", "SEK", "AUD", "BRL")
_KNOWN = {
    *("Ad_ID", "Ad_URL", "Regions", "Advertiser_ID", "Advertiser_Name", "Impressions"),
    *("Date_Range_Start", "Date_Range_End", "First_Served_Timestamp", "Last_Served_Timestamp"),
    *(f"Spend_Range_{end}_{currency}" for end in ("Min", "Max") for currency in _CURRENCIES),
}


def parse(row: Mapping[str, Any]) -> AdRecord:
    """The ad of one line. The text is not in the bundle, only the address of the ad.

    Raises BadRowError when it has no identifier, or a value is not what it should be.
    """
    currency, spend = _spend(row)
    return AdRecord(
        external_id=need(text_of(row.get("Ad_ID"), 201), "identifier"),
        advertiser_id=text_of(row.get("Advertiser_ID"), 200),
        advertiser_name=text_of(row.get("Advertiser_Name"), 300),
        payer=text_of(row.get("Advertiser_Name"), 500),
        currency=currency,
        spend=spend,
        impressions=range_of(row.get("Impressions")),
        started_on=date_of(first_of(row, "First_Served_Timestamp", "Date_Range_Start")),
        stopped_on=date_of(first_of(row, "Last_Served_Timestamp", "Date_Range_End")),
        countries=tuple(each for each in list_of(row.get("Regions")) if len(each) == 2),
        platforms=("google",),
        address=without_secrets(row.get("Ad_URL")),
        details=left_over(row, _KNOWN),
    )


def _spend(row: Mapping[str, Any]) -> tuple[str, Range]:
    """The spend in the first currency the bundle gives it in; they are one amount in several currencies."""
    for currency in _CURRENCIES:
        low = number_of(row.get(f"Spend_Range_Min_{currency}"))
        high = number_of(row.get(f"Spend_Range_Max_{currency}"))
        if low is not None or high is not None:
            return currency, ordered(low, high)
    return "", (None, None)
