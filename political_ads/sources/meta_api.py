"""Walking Meta's Ad Library interface, page after page.

Meta, "Ads Archive" reference of the Graph API. How a page is asked for is a parameter: this needs no network.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from political_ads.sources.values import without_secrets

FIELDS = (
    *("id", "ad_creation_time", "ad_creative_bodies", "ad_creative_link_captions", "ad_creative_link_titles"),
    *(
        "ad_creative_link_descriptions",
        "ad_delivery_start_time",
        "ad_delivery_stop_time",
        "bylines",
        "currency",
    ),
    *(
        "delivery_by_region",
        "demographic_distribution",
        "estimated_audience_size",
        "eu_total_reach",
        "impressions",
    ),
    *("languages", "page_id", "page_name", "publisher_platforms", "spend", "target_ages", "target_gender"),
    *("target_locations", "beneficiary_payers"),
)
_PAGE_SIZE = 250
_MOST_PAGES = 100_000
_LONGEST_ADDRESS = 8000


class Walk:
    """One walk through all ads of a country; `is_finished` tells whether it came to the last page.

    Args:
        base: the address of the interface.
        country: ISO 3166 code.
        ask: gives the content of an address.
        error: what `ask` raises when a page does not come.
    """

    def __init__(self, base: str, country: str, ask: Callable[[str], bytes], error: type[Exception]) -> None:
        self.base, self.country = base, country
        self._ask, self._error = ask, error
        self.is_finished = False
        self.problem = ""

    def rows(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Each ad with its number. Stops early, and leaves `is_finished` false, when a page fails or lies."""
        address, number, asked = self.first_page(), 0, set[str]()
        for _page in range(_MOST_PAGES):
            page = self._page(address)
            if page is None or address in asked:
                return
            asked.add(address)
            for row in page["data"]:
                number += 1
                yield number, row if isinstance(row, dict) else {}
            following = self._following(page)
            if not following:
                self.is_finished = not self.problem
                return
            address = following

    def first_page(self) -> str:
        """Where the walk begins."""
        asked = {
            "ad_type": "POLITICAL_AND_ISSUE_ADS",
            "ad_active_status": "ALL",
            "ad_reached_countries": json.dumps([self.country]),
            "search_terms": "''",
            "limit": _PAGE_SIZE,
            "fields": ",".join(FIELDS),
        }
        return f"{self.base}?{urlencode(asked)}"

    def _page(self, address: str) -> dict[str, Any] | None:
        try:
            found = json.loads(self._ask(address))
        except (self._error, ValueError, RecursionError) as error:
            self.problem = f"{type(error).__name__}: {error}"[:300]
            return None
        if not isinstance(found, dict) or not isinstance(found.get("data"), list):
            self.problem = "an answer without a list of ads"
            return None
        return found

    def _following(self, page: Mapping[str, Any]) -> str:
        """The next page, on the same host only: an answer does not choose where the token goes."""
        paging = page.get("paging")
        address = paging.get("next") if isinstance(paging, Mapping) else None
        if not address:
            return ""
        clean = without_secrets(address, longest=_LONGEST_ADDRESS + 1)
        if len(clean) > _LONGEST_ADDRESS or urlsplit(clean).netloc != urlsplit(self.base).netloc:
            self.problem = "a next page elsewhere"
            return ""
        return clean
