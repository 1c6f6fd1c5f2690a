"""What libraries announce by advertiser: Meta's report, and daily totals by page as monitors keep them."""

from collections.abc import Mapping
from typing import Any

from political_ads.sources.records import BadRowError, TotalRecord
from political_ads.sources.values import date_of, first_of, need, number_of, range_of, text_of

# What Meta writes in place of a payer when none was given; an empty payer says the same.
_NO_PAYER = "These ads ran without a disclaimer"


def parse(row: Mapping[str, Any]) -> TotalRecord:
    """One line of a report. The identifier is the page's, or its name in reports of before 2020.

    Raises BadRowError without a page or a number of ads.
    """
    name = text_of(first_of(row, "Page Name", "page_name"), 300)
    external_id = text_of(first_of(row, "Page ID", "page_id"), 200) or f"name:{name}"[:200]
    count = number_of(first_of(row, "Number of Ads in Library", "total_ads"))
    if count is None:
        raise BadRowError("no number of ads")
    payer = text_of(first_of(row, "Disclaimer", "disclaimer"), 500)
    column = next((key for key in row if key and key.startswith("Amount Spent")), "")
    currency = column.partition("(")[2].rstrip(")")
    return TotalRecord(
        advertiser_id=need(external_id.removeprefix("name:") and external_id, "page"),
        advertiser_name=name,
        payer="" if payer == _NO_PAYER else payer,
        ads_count=count,
        spend=range_of(row.get(column) or row.get("avg_spend")),
        currency=currency[:3],
        day=date_of(row.get("date")),
    )
