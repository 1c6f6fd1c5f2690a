"""Declarative filters: what a declaration may do to a page before anything is selected.

The reference engine runs JavaScript functions here. What those do in the wild comes down to the few deeds below,
each with its parameters in the declaration, so that no code of others is run.
Source: research/terms.md §1 (`filter`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ada_url

from terms_tracker.extraction import links
from terms_tracker.extraction.errors import DeclarationError, ExtractionError, FilterError, UnknownFilterError
from terms_tracker.extraction.page import Page

Deed = Callable[[Page], None]


@dataclass(frozen=True)
class Filter:
    """A filter with its parameters read: `deed` does it to a page."""

    name: str
    deed: Deed


def apply(filters: Sequence[Filter], page: Page) -> None:
    """Do every filter to `page`, in order.

    Raises:
        FilterError: a filter could not do its work on this page.
    """
    for each in filters:
        try:
            each.deed(page)
        except (ExtractionError, ValueError) as error:
            raise FilterError(each.name, str(error)) from error
