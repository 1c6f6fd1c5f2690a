"""The dimensions pages are found by, in the order they are offered, and the name of each value for readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from encyclopedia.models import Criterion, Kind, Phase

DIMENSIONS: dict[str, Promise] = {
    "kind": _("Kind"),
    "phase": _("Phase"),
    "criterion": _("Criterion"),
    "country": _("Country"),
    "language": _("Language"),
    "audience": _("Audience"),
    "tag": _("Tag"),
}
_VOCABULARIES: dict[str, type[Kind] | type[Phase] | type[Criterion]] = {
    "kind": Kind,
    "phase": Phase,
    "criterion": Criterion,
}


@dataclass(frozen=True)
class Value:
    """A value of a dimension as a search offers it."""

    code: str
    name: str
    pages: int
    is_chosen: bool


def names(*dimensions: str) -> dict[str, Mapping[str, str]]:
    """The name of each value that has one, by dimension and code, in the reader's language; of these dimensions."""
    locale = Locale.parse(get_language() or "en", sep="-")
    known: dict[str, Mapping[str, str]] = {
        dimension: {row.code: row.name for row in model._default_manager.only("code", "name_en", "name_fr")}
        for dimension, model in _VOCABULARIES.items()
        if dimension in dimensions
    }
    return known | {"country": locale.territories, "language": locale.languages}


def offered(
    rows: list[dict[str, Any]], chosen: Mapping[str, list[str]], *, limit: int = 100
) -> list[tuple[str, Promise, list[Value]]]:
    """Each dimension with its values, the most frequent first and what is chosen always among them."""
    called = names(*DIMENSIONS)
    by_dimension: dict[str, list[Value]] = {dimension: [] for dimension in DIMENSIONS}
    for row in rows:
        dimension, code = row["dimension"], row["value"]
        if dimension in by_dimension:
            name = called.get(dimension, {}).get(code, code)
            is_chosen = code in chosen.get(dimension, [])
            by_dimension[dimension].append(Value(code, name, row["pages"], is_chosen))
    sorted_values = {
        dimension: sorted(values, key=lambda value: (not value.is_chosen, -value.pages, value.name))[:limit]
        for dimension, values in by_dimension.items()
    }
    return [
        (dimension, DIMENSIONS[dimension], values) for dimension, values in sorted_values.items() if values
    ]
