"""What a cell of an export means: times, identifiers, counts, lists. What cannot be read is refused with its reason."""

import ast
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]

_TWITTER_TIME = "%a %b %d %H:%M:%S %z %Y"
_LONGEST = 120


class RowError(ValueError):
    """A row cannot be read; the message says why."""


def moment(value: Any) -> float:
    """Seconds since 1970 of a number, an ISO 8601 date (UTC unless it says) or a date as Twitter wrote them.

    Raises RowError.
    """
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    text = str("" if value is None else value).strip()
    try:
        seconds = float(text)
    except ValueError:
        seconds = _written(text)
    # Milliseconds, as many programs write: no share was made in the year 3000.
    seconds = seconds / 1000 if 1e11 < seconds < 1e14 else seconds
    if not 0 <= seconds < 1e11:
        raise RowError(f"{text!r} is no time")
    return seconds


def _written(text: str) -> float:
    for read in (datetime.fromisoformat, lambda date: datetime.strptime(date, _TWITTER_TIME)):  # noqa: DTZ007 (the format holds %z)
        try:
            found = read(text)
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    raise RowError(f"{text!r} is no time")


def moment_or_none(value: Any) -> float | None:
    """The same; nothing where there is no time."""
    try:
        return moment(value)
    except RowError:
        return None


def needed(row: Row, name: str) -> str:
    """The text of a column that must be there.

    Raises RowError when it is empty or too long.
    """
    text = text_of(row.get(name))
    if not text:
        raise RowError(f"no {name}")
    if len(text) > _LONGEST:
        raise RowError(f"{name} is longer than {_LONGEST} signs")
    return text


def text_of(value: Any) -> str:
    """A value as text.

    Raises RowError for an identifier that a spreadsheet has made a number of.
    """
    if isinstance(value, float) and value.is_integer():
        raise RowError(
            f"{value} was a number with a fraction: a spreadsheet has lost digits of this identifier"
        )
    return "" if value is None else str(value).strip()


def count_of(value: Any) -> int | None:
    """A whole number; unknown when it is none."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def natural(value: Any) -> int | None:
    """A count that a database can keep; unknown when it is none."""
    count = count_of(value)
    return count if count is not None and 0 <= count < 1 << 62 else None


def list_of(value: Any) -> list[str]:
    """A list as exports write it: JSON, Python's way, or words with spaces between."""
    if isinstance(value, (list, tuple)):
        return [str(each) for each in value]
    text = str(value or "").strip()
    if text.startswith("["):
        try:
            return [str(each) for each in ast.literal_eval(text)]
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return [each for each in text.strip("[]").replace("'", "").replace(",", " ").split() if each]
    return text.split()


def shortened(objects: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Objects of at most a thousand signs: a longer one is told by its beginning and its hash."""
    return tuple(
        (kind, name if len(name) <= 1000 else f"{name[:200]}…{hashlib.sha256(name.encode()).hexdigest()}")
        for kind, name in objects
    )
