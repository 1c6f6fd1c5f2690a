"""Declarative filters: what a declaration may do to a page before anything is selected.

The reference engine runs JavaScript functions here. What those do in the wild comes down to the few deeds of
`filter_deeds`, each with its parameters in the declaration, so that no code of others is run. A service may
give names to sequences of them: those are its own filters. Source: research/terms.md §1 (`filter`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from selectolax.lexbor import SelectolaxError

from terms_tracker.extraction.errors import DeclarationError, ExtractionError, FilterError, UnknownFilterError
from terms_tracker.extraction.filter_deeds import CATALOGUE, Deed
from terms_tracker.extraction.page import Page

NamedFilters = Mapping[str, object]
Report = Callable[[UnknownFilterError], None]


@dataclass(frozen=True)
class Filter:
    """A filter whose parameters were read: `deeds` are what it does to a page, in order."""

    name: str
    deeds: tuple[Deed, ...]


def parse_filters(
    value: object,
    field: str = "filter",
    *,
    named: NamedFilters | None = None,
    on_unknown: Report | None = None,
) -> tuple[Filter, ...]:
    """Read the value of `filter`: names, or objects of one name and its parameters.

    Args:
        value: an array of both.
        field: how an error names it.
        named: the service's own filters: each name with an array such as `value`.
        on_unknown: told of each unknown filter, which is then left out, as the reference engine does
            without a word. Without it, an unknown filter is an error.

    Returns:
        The filters, in order.

    Raises:
        UnknownFilterError: a name is neither in the catalogue nor in `named`.
        DeclarationError: something else is wrong with the value.
    """
    if not isinstance(value, list | tuple):
        raise DeclarationError(field, "must be an array")
    found: list[Filter] = []
    for place, item in enumerate(value):
        try:
            found.append(_parse_filter(item, f"{field}[{place}]", named or {}))
        except UnknownFilterError as error:
            if on_unknown is None:
                raise
            on_unknown(error)
    return tuple(found)


def apply(filters: Sequence[Filter], page: Page) -> None:
    """Do every filter to `page`, in order.

    Raises:
        FilterError: a filter could not do its work on this page.
    """
    for each in filters:
        try:
            for deed in each.deeds:
                deed(page)
        except (ExtractionError, SelectolaxError, ValueError) as error:
            problem = error.reason if isinstance(error, ExtractionError) else str(error)
            raise FilterError(each.name, problem) from error


def _parse_filter(item: object, field: str, named: NamedFilters) -> Filter:
    name, params = _name_and_params(item, field)
    if name in CATALOGUE:
        return Filter(name, (CATALOGUE[name](params, f"{field}.{name}"),))
    if name not in named:
        raise UnknownFilterError(field, name)
    if params:
        raise DeclarationError(f"{field}.{name}", "takes no parameters")
    # A named filter is made of the catalogue's only, so that none can call itself.
    steps = parse_filters(named[name], f"{field}.{name}")
    return Filter(name, tuple(deed for step in steps for deed in step.deeds))


def _name_and_params(item: object, field: str) -> tuple[str, object]:
    if isinstance(item, str):
        return item, None
    if isinstance(item, dict) and len(item) == 1:
        ((name, params),) = item.items()
        if isinstance(name, str):
            return name, params
    raise DeclarationError(field, "must be a filter name, or an object of one filter name and its parameters")
