"""Fields of ads and their values, in words for readers."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from political_ads.wording import amount_range

FIELD_NAMES: dict[str, Any] = {
    "payer": gettext_lazy("paid by"),
    "currency": gettext_lazy("currency"),
    "spend": gettext_lazy("spent"),
    "impressions": gettext_lazy("times shown"),
    "created_on": gettext_lazy("created"),
    "started_on": gettext_lazy("shown from"),
    "stopped_on": gettext_lazy("shown until"),
    "platforms": gettext_lazy("shown on"),
    "countries": gettext_lazy("countries"),
    "address": gettext_lazy("address at the platform"),
    "advertiser": gettext_lazy("advertiser"),
    "text": gettext_lazy("text"),
    "title": gettext_lazy("title of the link"),
    "description": gettext_lazy("description of the link"),
}
_DATES = {"created_on", "started_on", "stopped_on"}
_RANGES = {"spend", "impressions"}
_LONGEST = 400


def name_of_field(name: str) -> str:
    """The field in words; the platform's own name for what has no field of ours."""
    return str(FIELD_NAMES.get(name, name))


def said(value: Any, name: str = "") -> str:
    """A value as a reader can take it in; a dash when there is none."""
    if name in _RANGES and isinstance(value, list) and len(value) == 2:
        return amount_range(*value) or "—"
    if name in _DATES and value:
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
        return date_format(moment, "DATETIME_FORMAT") if moment else str(value)
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(said(each) for each in value)[:_LONGEST]
    if isinstance(value, dict):
        return ", ".join(f"{key} {said(each)}" for key, each in value.items())[:_LONGEST]
    return str(value)[:_LONGEST]
