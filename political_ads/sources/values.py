"""From what platforms write to values: text, numbers, ranges, dates, lists, addresses without secrets."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from political_ads.sources.records import UNKNOWN, BadRowError, Range

_LARGEST = 2**63 - 1
_LONGEST_TEXT = 20_000
_EMPTY = {"", "nan", "none", "null", "n/a"}
_LONGEST_EMPTY = max(map(len, _EMPTY))
_SECRETS = {"access_token", "token", "key", "sig", "signature", "appsecret_proof"}
_DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S UTC",
    "%Y-%m-%d %H:%M:%S.%f UTC",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%y %I:%M:%S %p",
)
_YEARS = range(1990, 2101)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmb]?)", re.IGNORECASE)


def text_of(value: object, longest: int = _LONGEST_TEXT) -> str:
    """The value as text that both databases accept: no NUL, no lone surrogate, not longer than `longest`."""
    if value is None:
        return ""
    text = str(value).replace("\x00", "").strip()
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return "" if len(text) <= _LONGEST_EMPTY and text.casefold() in _EMPTY else text[:longest]


def number_of(value: object) -> int | None:
    """A whole number of 0 or more, or None when there is none.

    Raises BadRowError for what is not one, or is too large for the database.
    """
    text = text_of(value).replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
        text = text.replace(",", "")
    try:
        number = int(text) if text.isdecimal() else int(float(text))
    except (ValueError, OverflowError) as error:
        raise BadRowError(f"not a number: {text[:40]!r}") from error
    if not 0 <= number <= _LARGEST:
        raise BadRowError(f"a number out of range: {text[:40]}")
    return number


def range_of(value: object) -> Range:
    """A range as platforms write it: {"lower_bound", "upper_bound"}, "0-99", "10k-100k", "≤ 100", "> 10M", or a number.

    Raises BadRowError when nothing of it is a number, or the bounds are crossed.
    """
    if isinstance(value, Mapping):
        return ordered(number_of(value.get("lower_bound")), number_of(value.get("upper_bound")))
    text = text_of(value)
    if not text:
        return UNKNOWN
    if text[0] in "≤<":
        return ordered(0, _amount(text))
    if text[0] in "≥>" or text.endswith("+"):
        return ordered(_amount(text), None)
    low, dash, high = text.replace("–", "-").partition("-")
    if dash:
        return ordered(_amount(low), _amount(high))
    number = number_of(text)
    return number, number


def ordered(low: int | None, high: int | None) -> Range:
    """The range of two bounds. Raises BadRowError when the lower one is the greater."""
    if low is not None and high is not None and low > high:
        raise BadRowError(f"a range whose lower bound is greater: {low}–{high}")
    return low, high


def _amount(text: str) -> int:
    match = _AMOUNT.search(text.replace(",", "") if re.search(r"\d,\d{3}", text) else text)
    if match is None:
        raise BadRowError(f"not a range: {text[:40]!r}")
    number = number_of(float(match[1].replace(",", ".")) * _UNITS[match[2].lower()])
    return number or 0


def date_of(value: object) -> datetime | None:
    """A date in UTC, or None when there is none.

    Raises BadRowError for what is not a date, or lies outside 1990 to 2100.
    """
    text = text_of(value)
    if not text:
        return None
    found = _parsed(text)
    if found.year not in _YEARS:
        raise BadRowError(f"a date out of range: {text[:40]}")
    return found


def _parsed(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _parsed_otherwise(text)
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError as error:
        raise BadRowError(f"a date out of range: {text[:40]}") from error


def _parsed_otherwise(text: str) -> datetime:
    if text.isdecimal() and len(text) in {10, 13}:
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), tz=UTC)
    for form in _DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise BadRowError(f"not a date: {text[:40]!r}")


def list_of(value: object, separator: str = ",") -> tuple[str, ...]:
    """A list, or text that separates its items."""
    items: Iterable[object]
    if isinstance(value, str):
        items = value.strip("[]").replace("'", "").replace('"', "").split(separator)
    else:
        items = value if isinstance(value, list | tuple) else ()
    return tuple(text for item in items if (text := text_of(item, 200)))


def first_of(row: Mapping[str, Any], *names: str) -> Any:
    """The first of these fields that holds something; of a list, its first item."""
    for name in names:
        value = row.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if value is not None and text_of(value):
            return value
    return None


def without_secrets(address: object, longest: int = 500) -> str:
    """An address without tokens or signatures in its query; empty when it is not one of the Web."""
    text = text_of(address, 8000)
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    query = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _SECRETS]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(query), ""))[:longest]


def left_over(row: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """What has no field of ours, under the platform's names, without what holds a token."""
    taken = set(known)
    return {
        text_of(name, 100): clean(value)
        for name, value in row.items()
        if name and name not in taken and value not in (None, "", [], {}) and "token" not in name.lower()
    }


def clean(value: Any) -> Any:
    """A JSON value in which every text is one that both databases accept, and no address holds a token."""
    if isinstance(value, str):
        text = text_of(value)
        return without_secrets(text) if "access_token" in text else text
    if isinstance(value, Mapping):
        return {text_of(name, 100): clean(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [clean(each) for each in value]
    return value if isinstance(value, int | float | bool) or value is None else text_of(value)


def need(value: str, name: str) -> str:
    """The value. Raises BadRowError when it is empty or longer than a column of ours."""
    if not value:
        raise BadRowError(f"no {name}")
    if len(value) > 200:
        raise BadRowError(f"{name} is longer than 200 letters")
    return value
