"""Tables as Markdown. Source: research/terms.md §6.4."""

import math

from terms_tracker.extraction.content import Element, Text, is_element, text_of
from terms_tracker.extraction.javascript import WHITE_SPACE, strip, to_number, utf16_length

_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
# What browsers show at most, and what keeps one attribute from writing a gigabyte.
_WIDEST_SPAN = 1000
_DIVIDER = "| ---"


def table(element: Element, content: str) -> str:
    """Return a table, under an empty head row when it has none."""
    skipped, columns = _grid(element)
    if skipped:
        return content
    content = _single_newlines(content)
    lines = strip(content).split("\n", 2)
    if columns and not (len(lines) > 1 and lines[1].startswith(_DIVIDER)):
        content = f"|{'     |' * columns}\n|{' --- |' * columns}{content}"
    return f"\n\n{content}\n\n"


def row(element: Element, content: str) -> str:
    """Return a row, with the line below it when it is a heading."""
    if element.table is None:
        return content
    skipped, columns = _grid(element.table)
    if skipped:
        return content
    if columns and _is_heading(element):
        return f"\n{content}\n{_DIVIDER} |{' --- |' * (columns - 1)}"
    return f"\n{content}"


def cell(element: Element, content: str) -> str:
    """Return a cell, on one line."""
    if element.table is None or _grid(element.table)[0]:
        return content
    content = strip(content).replace("\n\r", "<br>").replace("\n", "<br>")
    if "|" in content:
        content = _escape_pipes(content)
    content += " " * (3 - utf16_length(content))
    content += " |    " * _extra_columns(element)
    return f"{' ' if element.index else '| '}{content} |"


def section(element: Element, content: str) -> str:
    """Return the rows of a section as they are."""
    del element
    return content


def _grid(element: Element) -> tuple[bool, int]:
    """Tell whether a table is only there for the layout, and how many columns it has."""
    if element.grid is None:
        lengths = [len(line.children) for line in _rows(element)]
        skipped = element.holds_table or (len(lengths) == 1 and lengths[0] <= 1)
        element.grid = skipped, max(lengths, default=0)
    return element.grid


def _rows(element: Element) -> list[Element]:
    found: list[Element] = []
    for child in element.children:
        if isinstance(child, Text):
            continue
        if child.tag == "tr":
            found.append(child)
        elif child.tag in _SECTIONS:
            found += [line for line in child.children if isinstance(line, Element) and line.tag == "tr"]
    return found


def _is_heading(element: Element) -> bool:
    parent = element.parent
    if parent is None:
        return False
    if parent.tag == "thead":
        return True
    return (
        element.index == 0
        and (parent.tag == "table" or _is_first_body(parent))
        and all(is_element(child, "th") for child in element.children)
    )


def _is_first_body(element: Element) -> bool:
    if element.tag != "tbody" or element.parent is None:
        return False
    if element.index == 0:
        return True
    before = element.parent.children[element.index - 1]
    return isinstance(before, Element) and before.tag == "thead" and not text_of(before).strip(WHITE_SPACE)


def _extra_columns(element: Element) -> int:
    span = to_number(element.attribute("colspan") or "1")
    if math.isnan(span) or span <= 1:
        return 0
    return math.ceil(min(span, _WIDEST_SPAN)) - 1


def _single_newlines(content: str) -> str:
    return "\n".join(_between_newlines(content)) if "\n\n" in content else content


def _between_newlines(content: str) -> list[str]:
    """Split at runs of newlines, keeping an empty piece at either end when one is there."""
    pieces = content.split("\n")
    return [piece for place, piece in enumerate(pieces) if piece or place in {0, len(pieces) - 1}]


def _escape_pipes(content: str) -> str:
    pieces = content.split("|")
    kept = [piece for place, piece in enumerate(pieces) if piece or place in {0, len(pieces) - 1}]
    return "\\|".join(kept)
