"""Turn gathered elements into Markdown: the innermost first, so that no page is too deep.

Source: research/terms.md §6.2 (blank, flanking, joining) and §6.4.
"""

from collections.abc import Sequence

from terms_tracker.extraction.content import BLOCKS, Element, Text
from terms_tracker.extraction.errors import TooComplexError
from terms_tracker.extraction.escaping import escape
from terms_tracker.extraction.javascript import WHITE_SPACE
from terms_tracker.extraction.rules import write

_ASCII_SPACE = " \t\r\n"
# Each character is written once for every element around it: twenty times on an honest page.
_MOST_TIMES = 60
_ANYWAY = 20_000_000


def to_markdown(elements: Sequence[Element], size: int) -> str:
    """Convert what was gathered.

    Args:
        elements: the fragment, then every element in it, each before those it holds.
        size: about how many characters that is; what is written is held against it.

    Returns:
        The Markdown, without white space at its end or newlines at its start.

    Raises:
        TooComplexError: the conversion would write out of all proportion to the page.
    """
    most, written = _ANYWAY + _MOST_TIMES * size, 0
    for element in reversed(elements):
        _measure(element)
        element.markdown = _assemble(element)
        written += len(element.markdown)
        if written > most:
            raise TooComplexError("The page is nested in a way that makes its Markdown explode")
    markdown = elements[0].markdown.lstrip("\t\r\n").rstrip(WHITE_SPACE)
    for element in elements:
        # Without its way up a tree goes as soon as it is done with, not when the collector comes by.
        element.parent = element.table = element.last_element = None
    return markdown


def _assemble(parent: Element) -> str:
    """Join the converted children of `parent`, with at most one blank line between two of them."""
    parts: list[str] = []
    newlines = 0
    for child in parent.children:
        if isinstance(child, Text):
            piece = child.data if child.raw else escape(child.data)
        else:
            piece = _convert(child)
        body = piece.lstrip("\n")
        newlines = min(2, max(newlines, len(piece) - len(body)))
        if not body:
            continue
        parts.append("\n" * newlines)
        piece = body.rstrip("\n")
        newlines = len(body) - len(piece)
        parts.append(piece)
    parts.append("\n" * newlines)
    return "".join(parts)


def _convert(element: Element) -> str:
    content = element.markdown
    element.markdown = ""  # what is written into the parent need not be kept twice
    is_block = element.tag in BLOCKS
    if element.blank and not element.solid:
        return "\n\n" if is_block else _flanks(element)[0]
    if is_block or not (element.lead or element.trail):
        return write(element, content)
    lead, trail = _flanks(element)
    if lead or trail:
        content = content.strip(WHITE_SPACE)
    return f"{lead}{write(element, content)}{trail}"


def _measure(element: Element) -> None:
    """Find out what white space the text of `element` starts and ends with, and if there is more."""
    if not element.solid:
        element.solid = any(isinstance(child, Element) and child.solid for child in element.children)
    lead: list[str] = []
    for child in element.children:
        piece, blank = _edge(child, at_end=False)
        lead.append(piece)
        if not blank:
            break
    else:
        element.lead = "".join(lead)
        return
    element.blank = False
    element.lead = "".join(lead)
    trail: list[str] = []
    for child in reversed(element.children):
        piece, blank = _edge(child, at_end=True)
        trail.append(piece)
        if not blank:
            break
    element.trail = "".join(reversed(trail))


def _edge(child: Element | Text, *, at_end: bool) -> tuple[str, bool]:
    """Return the white space at one end of the text of `child`, and whether that is all its text."""
    if isinstance(child, Element):
        return (child.lead if child.blank or not at_end else child.trail), child.blank
    data = child.data
    if data and (data[-1] if at_end else data[0]) not in WHITE_SPACE:
        return "", False
    rest = data.rstrip(WHITE_SPACE) if at_end else data.lstrip(WHITE_SPACE)
    if at_end:
        return data[len(rest) :], not rest
    return data[: len(data) - len(rest)], not rest


def _flanks(element: Element) -> tuple[str, str]:
    """Return the white space to write before and after an inline element, instead of inside its markup."""
    lead, trail = element.lead, element.trail
    parent = element.parent
    if parent is None:
        return "", ""
    siblings = parent.children
    if lead and lead[0] in _ASCII_SPACE and element.index:
        neighbour = siblings[element.index - 1]
        if _has_space(neighbour, at_end=True):
            lead = lead.lstrip(_ASCII_SPACE)
    if trail and trail[-1] in _ASCII_SPACE and element.index + 1 < len(siblings):
        neighbour = siblings[element.index + 1]
        if _has_space(neighbour, at_end=False):
            trail = trail.rstrip(_ASCII_SPACE)
    return lead, trail


def _has_space(neighbour: Element | Text, *, at_end: bool) -> bool:
    """Tell whether a sibling shows a space on the side of the element asked about."""
    if isinstance(neighbour, Text):
        return neighbour.data.endswith(" ") if at_end else neighbour.data.startswith(" ")
    if neighbour.tag in BLOCKS:
        return False
    edge, _ = _edge(neighbour, at_end=at_end)
    return edge.endswith(" ") if at_end else edge.startswith(" ")
