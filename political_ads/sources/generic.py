"""Any table, by a map of its columns to our fields."""

from collections.abc import Callable, Mapping
from typing import Any

from political_ads.sources.records import AdRecord, BadRowError
from political_ads.sources.values import (
    date_of,
    left_over,
    list_of,
    need,
    number_of,
    ordered,
    range_of,
    text_of,
    without_secrets,
)

_TEXTS = {
    "external_id": 201,
    "advertiser_id": 200,
    "advertiser_name": 300,
    "language": 8,
    "currency": 3,
    "text": 20_000,
    "title": 2000,
    "description": 5000,
    "link": 500,
    "payer": 500,
}
_DATES = ("created_on", "started_on", "stopped_on")
_RANGES = ("spend", "impressions")
_LISTS = ("platforms", "countries", "pictures")
_BOUNDS = tuple(f"{name}_{end}" for name in _RANGES for end in ("low", "high"))
FIELDS = (*_TEXTS, *_DATES, *_RANGES, *_LISTS, *_BOUNDS, "address")
"""What a column may be mapped to."""


def parser_for(columns: Mapping[str, str]) -> Callable[[Mapping[str, Any]], AdRecord]:
    """A parser by a map {our field: their column}; a field without an entry is looked for under our own name.

    Raises BadRowError when a key is no field of ours.
    """
    if unknown := set(columns) - set(FIELDS):
        raise BadRowError(f"no such field: {', '.join(sorted(unknown))}. There are: {', '.join(FIELDS)}")
    names = {field: columns.get(field, field) for field in FIELDS}

    def parse(row: Mapping[str, Any]) -> AdRecord:
        values = {field: row.get(column) for field, column in names.items()}
        read: dict[str, Any] = {
            **{field: text_of(values[field], longest) for field, longest in _TEXTS.items()},
            **{field: date_of(values[field]) for field in _DATES},
            **{field: list_of(values[field]) for field in _LISTS},
            **{field: _range(values, field) for field in _RANGES},
        }
        need(read["external_id"], "identifier")
        address = without_secrets(values["address"])
        return AdRecord(**read, address=address, details=left_over(row, names.values()))

    return parse


def _range(values: Mapping[str, Any], field: str) -> tuple[int | None, int | None]:
    low, high = values[f"{field}_low"], values[f"{field}_high"]
    if low is not None or high is not None:
        return ordered(number_of(low), number_of(high))
    return range_of(values[field])


parse = parser_for({})
