"""Take away, then gather what is selected. Source: research/terms.md §6.1, steps 6 to 8."""

from terms_tracker.extraction import foreign
from terms_tracker.extraction.errors import NoMatchError, RangeError
from terms_tracker.extraction.page import Page
from terms_tracker.extraction.ranges import Boundary, steps
from terms_tracker.extraction.selectors import Range, Selection
from terms_tracker.extraction.whitespace import MOST_NODES, Gathering

# Nested matches are copied for each: a few times on an honest page.
_MOST_TIMES = 20
_ANYWAY = 100_000


def remove(page: Page, selection: Selection) -> None:
    """Take the selected nodes and ranges out of `page`.

    Everything is found first, so that no removal hides what another one names; ranges then follow the
    removals.

    Raises:
        RangeError: a range does not start or does not end in the page.
        InvalidSelectorError: a selector cannot be read.
    """
    ranges = [_resolve(page, part) for part in selection.parts if isinstance(part, Range)]
    page.watch(boundary for ends in ranges for boundary in ends)
    nodes = [node for part in selection.parts if isinstance(part, str) for node in page.find(part)]
    for node in nodes:
        page.remove(node)
    for start, end in ranges:
        for kind, node in list(steps(start, end)):
            if kind == "whole":
                page.remove(node)


def gather(page: Page, selection: Selection) -> Gathering:
    """Copy what is selected, selector by selector in the order declared.

    Returns:
        What was gathered, ended.

    Raises:
        NoMatchError: nothing is selected, or only text outside any element.
        RangeError: a range does not start or does not end in the page.
        InvalidSelectorError: a selector cannot be read.
        TooComplexError: the copy would pass what memory can bear.
    """
    gathering = Gathering(min(MOST_NODES, _ANYWAY + _MOST_TIMES * page.tags))
    for part in selection.parts:
        if isinstance(part, Range):
            _gather_range(page, part, gathering)
            continue
        for node in page.find(part):
            gathering.graft(node, is_foreign=page.has_foreign and foreign.is_foreign(node))
    fragment = gathering.finish()
    if fragment.last_element is None:
        raise NoMatchError(selection.shown, page.url)
    return gathering


def _gather_range(page: Page, part: Range, gathering: Gathering) -> None:
    for kind, node in steps(*_resolve(page, part)):
        if kind == "close":
            gathering.close()
        elif node.is_text_node:
            gathering.add_text(node)
        elif node.is_element_node:
            is_foreign = page.has_foreign and foreign.is_foreign(node)
            if kind == "open":
                gathering.open(node, is_foreign=is_foreign)
            else:
                gathering.graft(node, is_foreign=is_foreign)


def _resolve(page: Page, part: Range) -> tuple[Boundary, Boundary]:
    start, end = page.first(part.start), page.first(part.end)
    if start is None:
        raise RangeError("start", part.shown)
    if end is None:
        raise RangeError("end", part.shown)
    return (
        Boundary.before_node(start) if part.starts_before else Boundary.after_node(start),
        Boundary.before_node(end) if part.ends_before else Boundary.after_node(end),
    )
