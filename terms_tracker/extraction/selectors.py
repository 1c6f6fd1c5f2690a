"""What a declaration selects or removes: CSS selectors and ranges, in order.

Source: research/terms.md §1.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terms_tracker.extraction.errors import DeclarationError

STARTS = ("startBefore", "startAfter")
ENDS = ("endBefore", "endAfter")

SelectorValue = str | Mapping[str, str] | Sequence[str | Mapping[str, str]]


@dataclass(frozen=True)
class Range:
    """From a point to a point, each just before or just after the first element that a selector finds."""

    start: str
    starts_before: bool
    end: str
    ends_before: bool
    shown: str


@dataclass(frozen=True)
class Selection:
    """Selectors and ranges in the order declared; `shown` is how an error message names them."""

    parts: tuple[str | Range, ...]
    shown: str

    def css(self) -> list[str]:
        """Return every CSS selector, those at the ends of ranges included: what a browser waits for."""
        found: list[str] = []
        for part in self.parts:
            found += [part] if isinstance(part, str) else [part.start, part.end]
        return found


def parse_selection(value: object, field: str, *, lenient: bool = False) -> Selection:
    """Read the value of `select` or `remove`.

    Args:
        value: a CSS selector, a range, or an array of both.
        field: how an error names it.
        lenient: accept a range with both starts or both ends, as the reference engine does when it runs,
            although it refuses such a declaration; `startBefore` and `endBefore` win.

    Returns:
        The selection, its parts in the order declared.

    Raises:
        DeclarationError: the value is none of these.
    """
    if isinstance(value, str | dict):
        return Selection(
            (_parse_part(value, field, lenient=lenient),),
            value if isinstance(value, str) else show_json(value),
        )
    if isinstance(value, list | tuple):
        parts = tuple(
            _parse_part(item, f"{field}[{place}]", lenient=lenient) for place, item in enumerate(value)
        )
        return Selection(parts, show_json(value))
    raise DeclarationError(field, "must be a CSS selector, a range, or an array of both")


def show_json(value: object) -> str:
    """Return `value` as JSON, the way messages of the reference engine show it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parse_part(value: object, field: str, *, lenient: bool) -> str | Range:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise DeclarationError(field, "must be a CSS selector or a range")
    unknown = [str(key) for key in value if key not in STARTS + ENDS]
    if unknown:
        raise DeclarationError(field, f"unknown property “{unknown[0]}” in a range")
    start, end = (
        _find_end(value, STARTS, field, lenient=lenient),
        _find_end(value, ENDS, field, lenient=lenient),
    )
    return Range(value[start], start == "startBefore", value[end], end == "endBefore", show_json(value))


def _find_end(value: Mapping[str, object], names: tuple[str, str], field: str, *, lenient: bool) -> str:
    """Return which of two properties is set."""
    if not lenient and all(name in value for name in names):
        raise DeclarationError(field, f"a range has either {names[0]} or {names[1]}, not both")
    for name in names:
        if name in value:
            if not isinstance(value[name], str):
                raise DeclarationError(f"{field}.{name}", "must be a CSS selector")
            return name
    raise DeclarationError(field, f"a range needs {names[0]} or {names[1]}")
