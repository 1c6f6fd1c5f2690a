"""Refuse, before parsing, a page made to hold the machine up.

Building the tree that browsers build takes time that grows with the square of the depth, of the attributes
of one element, and of unclosed `b`, `font` and the like. This reads the tags once, in time that grows with
the size, and where it is in doubt finds more of each than the parser would build.
Source: HTML Standard, "Tree construction": scopes, implied end tags, active formatting elements.
"""

import re

from terms_tracker.extraction.errors import TooComplexError
from terms_tracker.extraction.tag_names import (
    BARRIERS,
    CLOSED_BY,
    FORMATTING,
    HEADINGS,
    PARAGRAPH_ENDERS,
    RAW_TEXT,
    SPECIAL,
    TABLE_BARRIERS,
    TABLE_PARTS,
    UNNESTED,
    VOID,
)

# Real pages stay below 100.
DEEPEST = 2_000
MOST_ATTRIBUTES = 2_000
MOST_UNCLOSED = 300

# What is smaller than this costs little whatever it holds.
_FEW_TAGS = 5_000
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{10000}")
_SEARCHED = 64

_TAG_BODY = r"""(?:[^>"'=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|)|["'])*+"""
_TOKEN = re.compile(
    rf"""
      <!--(?:-?>|.*?(?:--!?>|\Z))
    | <(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<body>{_TAG_BODY})(?:>|\Z)
    | <[!?/][^>]*+(?:>|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""[^\s/=][^\s/=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s]++))?""")


def refuse_costly(html: str) -> None:
    """Look at the tags of a page that is long enough to do harm.

    Raises:
        TooComplexError: an element is too deep or has too many attributes, or too many are left unclosed.
    """
    if html.count("<") < _FEW_TAGS and not _LONG_TAG.search(html):
        return
    reading = _Reading()
    position = 0
    while found := _TOKEN.search(html, position):
        position = found.end()
        name = found["name"]
        if name is None:
            continue
        name = name.lower()
        if found["end"]:
            reading.end(name)
            continue
        reading.start(name, found["body"])
        if name in RAW_TEXT and not reading.foreign:
            closing = RAW_TEXT[name].search(html, position)
            position = closing.start() if closing else len(html)


class _Reading:
    """The elements open at a point of the page, at least those the parser has open."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.bodies: list[str] = []
        self.foreign = 0
        self._unclosed: dict[tuple[str, str], int] = {}
        self._unclosed_total = 0

    def start(self, name: str, body: str) -> None:
        """Open an element; some end those before them."""
        if len(body) > MOST_ATTRIBUTES and _count_attributes(body) > MOST_ATTRIBUTES:
            raise TooComplexError(f"The page has an element with more than {MOST_ATTRIBUTES} attributes")
        if name in VOID or (self.foreign and body.endswith("/")):
            return
        if name in PARAGRAPH_ENDERS:
            self.end("p")
        closed = CLOSED_BY.get(name, frozenset())
        while self.open and self.open[-1] in closed:
            self._close(len(self.open) - 1)
        if name in UNNESTED:
            self.end(name)
        if name in {"svg", "math"}:
            self.foreign += 1
        self.open.append(name)
        self.bodies.append(body)
        if len(self.open) > DEEPEST:
            raise TooComplexError(f"The page nests elements more than {DEEPEST} deep")

    def end(self, name: str) -> None:
        """Close an element if the parser surely does; otherwise it is taken to stay open."""
        place = self._find(name)
        if place is None:
            return
        if name in FORMATTING or name == "form":
            # Only this one goes: what is inside stays open.
            self._forget(place)
            return
        self._close(place)

    def _find(self, name: str) -> int | None:
        stops = TABLE_BARRIERS if name in TABLE_PARTS else BARRIERS
        if name == "li":
            stops |= {"ol", "ul"}
        elif name == "p":
            stops |= {"button"}
        elif name not in SPECIAL and name not in FORMATTING:
            stops = SPECIAL
        names = HEADINGS if name in HEADINGS else {name}
        last = len(self.open) - 1
        for place in range(last, max(-1, last - _SEARCHED), -1):
            if self.open[place] in names:
                return place
            if self.open[place] in stops:
                return None
        return None

    def _close(self, place: int) -> None:
        """Close the element at `place` and what is inside; unclosed formatting comes back in what follows."""
        for name, body in zip(self.open[place:], self.bodies[place:], strict=True):
            if name in {"svg", "math"}:
                self.foreign -= 1
            if name in FORMATTING and name not in UNNESTED:
                self._note_unclosed(name, body)
        del self.open[place:], self.bodies[place:]

    def _forget(self, place: int) -> None:
        del self.open[place], self.bodies[place]

    def _note_unclosed(self, name: str, body: str) -> None:
        """Count unclosed formatting elements, equal ones three times at most, as the parser keeps them."""
        count = self._unclosed.get((name, body), 0)
        if count < 3:
            self._unclosed[name, body] = count + 1
            self._unclosed_total += 1
        if self._unclosed_total > MOST_UNCLOSED:
            raise TooComplexError(f"The page leaves more than {MOST_UNCLOSED} formatting elements unclosed")


def _count_attributes(body: str) -> int:
    return sum(1 for _ in _ATTRIBUTE.finditer(body))
