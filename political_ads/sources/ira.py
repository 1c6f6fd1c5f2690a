"""Ads bought by the Internet Research Agency, 2015–2017, as a table made of what the US House released."""

from collections.abc import Mapping
from typing import Any

from disinfo.countries import code_of
from political_ads.sources.records import AdRecord
from political_ads.sources.values import date_of, left_over, list_of, need, number_of, text_of

_KNOWN = {
    *("Ad_ID", "Impressions", "Spend_RUB", "Create_Date", "End_Date", "Ad_Text", "Ad_Landing_Page"),
    # Beside the values, the table keeps the letters they were read from.
    *("txt_Clicks", "txt_impressions", "txt_spend", "txt_create", "txt_end"),
}
_PAYER = "Internet Research Agency"


def parse(row: Mapping[str, Any]) -> AdRecord:
    """The ad of one line. The page is told by the landing address only.

    Raises BadRowError when it has no identifier, or a value is not what it should be.
    """
    page = text_of(row.get("Ad_Landing_Page"), 200)
    spend, impressions = number_of(row.get("Spend_RUB")), number_of(row.get("Impressions"))
    codes = (code_of(place.partition(":")[0]) for place in list_of(row.get("Location")))
    created = date_of(row.get("Create_Date"))
    return AdRecord(
        external_id=need(text_of(row.get("Ad_ID"), 201), "identifier"),
        advertiser_id=page,
        advertiser_name=_name_of(page),
        text=text_of(row.get("Ad_Text")),
        link=page,
        payer=_PAYER,
        currency="RUB",
        spend=(spend, spend),
        impressions=(impressions, impressions),
        created_on=created,
        started_on=created,
        stopped_on=date_of(row.get("End_Date")),
        countries=tuple(dict.fromkeys(code for code in codes if code)),
        platforms=("facebook", "instagram"),
        details=left_over(row, _KNOWN),
    )


def _name_of(page: str) -> str:
    """The last telling part of the page's address: the rest is Facebook's."""
    parts = [part for part in page.partition("?")[0].split("/")[3:] if part and not part.isdecimal()]
    return parts[-1] if parts else page
