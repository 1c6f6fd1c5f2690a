"""Copy selected nodes into a light tree, collapsing white space on the way as a browser lays out lines.

One walk does both, because what happens to a space only depends on what came before it.
Source: research/terms.md §6.2.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from terms_tracker.extraction import foreign, hostile
from terms_tracker.extraction.content import BLOCKS, FRAGMENT, VOIDS, Element, Text
from terms_tracker.extraction.errors import TooComplexError

DEEPEST = hostile.DEEPEST
# What a 20 MB page may reach; more comes from selecting the same nodes over and over.
MOST_NODES = 2_000_000

_RUN = re.compile(r"[ \t\r\n]+")
_BREAKS = BLOCKS | {"br"}
_TEXT = "-text"


class Gathering:
    """Gathers nodes into one fragment: `graft` copies a node whole, `open` and `close` copy it shallow."""

    def __init__(self, most: int = MOST_NODES) -> None:
        """Start with an empty fragment, which may come to hold `most` nodes."""
        self._most = most
        self.fragment = Element(FRAGMENT, None, None)
        self.elements = [self.fragment]
        self._names: dict[int, str] = {}
        self._current = self.fragment
        self._depth = 0
        self._nodes = 0
        self._characters = 0
        self._verbatim = 0  # how many elements are open inside a `pre`, itself included
        self._previous: Text | None = None
        self._previous_parent = self.fragment
        self._keep_space = False

    def graft(self, root: LexborNode, *, is_foreign: bool = False) -> None:
        """Copy `root` and everything inside.

        Args:
            root: an element of the page.
            is_foreign: whether it is an SVG or MathML element, for HTML rules do not apply to those.

        Raises:
            TooComplexError: the copy would pass what memory can bear.
        """
        self.open(root, is_foreign=is_foreign)
        walk: list[Iterator[LexborNode]] = [root.iter(include_text=True)]
        names = self._names
        while walk:
            for node in walk[-1]:
                name = names.get(node.tag_id) or self._name(node)
                if name == _TEXT:
                    self._text(node.text_content or "")
                elif name[0] != "-":
                    self._enter(node, name, is_foreign=self._current.foreign_inside)
                    walk.append(node.iter(include_text=True))
                    break
                elif self._verbatim:
                    # A comment inside `pre` still separates the texts around it.
                    self._text("")
            else:
                walk.pop()
                self.close()

    def open(self, node: LexborNode, *, is_foreign: bool = False) -> None:
        """Copy `node` without its children; what follows goes inside until `close`."""
        self._enter(node, self._name(node), is_foreign=is_foreign)

    def close(self) -> None:
        """End the element opened last."""
        element = self._current
        if self._verbatim:
            self._verbatim -= 1
        if not self._verbatim:
            self._pass(element.tag)
        self._depth -= 1
        if element.parent is not None:
            self._current = element.parent

    def add_text(self, node: LexborNode) -> None:
        """Copy a text node."""
        self._text(node.text_content or "")

    @property
    def size(self) -> int:
        """How much was gathered, about as many characters as it takes to write it."""
        return self._characters + 8 * self._nodes

    def finish(self) -> Element:
        """Return the fragment, the space at its very end dropped."""
        previous = self._previous
        if previous is not None and previous.data.endswith(" "):
            previous.data = previous.data[:-1]
            if not previous.data:
                _drop(previous, self._previous_parent)
        self._previous = None
        return self.fragment

    def _name(self, node: LexborNode) -> str:
        name = self._names[node.tag_id] = node.tag or "-other"
        return name

    def _enter(self, node: LexborNode, name: str, *, is_foreign: bool) -> None:
        self._count()
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooComplexError(f"The page nests elements more than {DEEPEST} deep")
        is_foreign = is_foreign or name in foreign.ROOTS
        tag = foreign.PREFIX + name if is_foreign else name
        element = Element(tag, self._current, node)
        element.foreign_inside = is_foreign and not foreign.holds_html(node, name)
        if tag == "table" and element.table is not None:
            element.table.holds_table = True
        self._current = element
        self.elements.append(element)
        if self._verbatim:
            self._verbatim += 1
            return
        self._pass(tag)
        if tag == "pre":
            self._verbatim = 1

    def _pass(self, tag: str) -> None:
        """Take note that the walk goes over an edge of an element."""
        if tag in _BREAKS:
            previous = self._previous
            if previous is not None and previous.data.endswith(" "):
                previous.data = previous.data[:-1]
            self._previous = None
            self._keep_space = False
        elif tag in VOIDS:
            self._previous = None
            self._keep_space = True
        elif self._previous is not None:
            self._keep_space = False

    def _text(self, data: str) -> None:
        parent = self._current
        if not self._verbatim:
            data = _RUN.sub(" ", data)
            previous = self._previous
            if data[:1] == " " and not self._keep_space and (previous is None or previous.data.endswith(" ")):
                data = data[1:]
            if not data:
                return
        self._count()
        self._characters += len(data)
        text = Text(data, raw=parent.raw)
        parent.children.append(text)
        if not self._verbatim:
            self._previous = text
            self._previous_parent = parent

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > self._most:
            raise TooComplexError(f"What is selected holds more than {self._most} nodes")


def _drop(text: Text, parent: Element) -> None:
    """Take `text` out of `parent`, and count its later siblings again."""
    siblings = parent.children
    place = next(i for i in range(len(siblings) - 1, -1, -1) if siblings[i] is text)
    del siblings[place]
    for index in range(place, len(siblings)):
        sibling = siblings[index]
        if isinstance(sibling, Element):
            sibling.index = index
