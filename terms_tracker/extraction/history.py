"""Which declaration held at a date: `<serviceId>.history.json`. Source: research/terms.md §1 (History)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from terms_tracker.extraction.errors import DeclarationError


@dataclass(frozen=True)
class PastDeclaration:
    """How terms were declared until a date, which is included; `declared` is given to `parse_terms`."""

    valid_until: datetime
    declared: Mapping[str, object]


def parse_history(value: object) -> dict[str, tuple[PastDeclaration, ...]]:
    """Read a history file.

    Args:
        value: what `json.loads` made of it: an array of past declarations for each terms type.

    Returns:
        For each terms type its past declarations, the oldest first.

    Raises:
        DeclarationError: the file is refused.
    """
    if not isinstance(value, dict):
        raise DeclarationError("history", "must be an object")
    return {
        str(terms_type): _parse_entries(entries, str(terms_type)) for terms_type, entries in value.items()
    }


def declared_at(past: Sequence[PastDeclaration], current: object, date: datetime) -> object:
    """Return the declaration that held at a date.

    Args:
        past: the past declarations of these terms, the oldest first.
        current: their present declaration, or None.
        date: an aware date-time.

    Returns:
        The first past declaration that was still valid, else `current`; `parse_terms` reads either.
    """
    for entry in past:
        if date <= entry.valid_until:
            return entry.declared
    return current


def _parse_entries(entries: object, terms_type: str) -> tuple[PastDeclaration, ...]:
    if not isinstance(entries, list):
        raise DeclarationError(terms_type, "must be an array of past declarations")
    found = [_parse_entry(entry, f"{terms_type}[{place}]") for place, entry in enumerate(entries)]
    return tuple(sorted(found, key=lambda entry: entry.valid_until))


def _parse_entry(entry: object, field: str) -> PastDeclaration:
    if not isinstance(entry, dict):
        raise DeclarationError(field, "must be an object")
    text = entry.get("validUntil")
    try:
        date = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        date = None
    if date is None:
        raise DeclarationError(f"{field} › validUntil", "is needed: an ISO date and time")
    return PastDeclaration(
        valid_until=date if date.tzinfo else date.replace(tzinfo=UTC),
        declared={name: item for name, item in entry.items() if name != "validUntil"},
    )
