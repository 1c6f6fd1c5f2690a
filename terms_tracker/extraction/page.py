"""The page as a browser builds it, and the only two things done to it: find nodes, take nodes away."""

from collections.abc import Iterable

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode, SelectolaxError

from terms_tracker.extraction import foreign, hostile, selector_cost
from terms_tracker.extraction.errors import InvalidSelectorError, TooComplexError
from terms_tracker.extraction.ranges import Boundary

_BYTE_ORDER_MARK = "\ufeff"


class Page:
    """A parsed page. Boundaries given to `watch` move when nodes are removed, as live DOM ranges do."""

    def __init__(self, html: str, url: str) -> None:
        """Parse `html`, scripting off: what `noscript` holds are real elements.

        Args:
            html: the page; whatever it holds, some tree comes of it, as in a browser.
            url: where the page was fetched.

        Raises:
            TooComplexError: parsing would take time out of proportion to the size.
        """
        text = html.removeprefix(_BYTE_ORDER_MARK)
        hostile.refuse_costly(text)
        self.url = url
        self.tags = text.count("<")
        self._watched: list[Boundary] = []
        try:
            # Without events, as without scripts: no content is copied by the behaviour of elements.
            self._tree = LexborHTMLParser(
                text.encode("utf-8", "replace"), options=int(LexborDocumentOptions.WO_EVENTS)
            )
        except (SelectolaxError, MemoryError) as error:
            raise TooComplexError("The page cannot be parsed") from error
        self.has_foreign = bool(self.find(", ".join(foreign.ROOTS)))

    def find(self, selector: str) -> list[LexborNode]:
        """Return every element that matches a CSS selector, in document order.

        Raises:
            InvalidSelectorError: the selector cannot be read.
            TooComplexError: finding them would take too long on this page.
        """
        root = self._tree.root
        if root is None:
            return []
        selector_cost.refuse_costly(root, self.tags, selector)
        try:
            return root.css(selector)
        except (SelectolaxError, UnicodeEncodeError) as error:
            raise InvalidSelectorError(selector) from error

    def first(self, selector: str) -> LexborNode | None:
        """Return the first element that matches a CSS selector, or None.

        Raises:
            InvalidSelectorError: the selector cannot be read.
            TooComplexError: finding it would take too long on this page.
        """
        root = self._tree.root
        if root is None:
            return None
        selector_cost.refuse_costly(root, self.tags, selector)
        try:
            return root.css_first(selector)
        except (SelectolaxError, UnicodeEncodeError) as error:
            raise InvalidSelectorError(selector) from error

    def create(self, tag: str) -> LexborNode:
        """Return a new element that belongs to this page but stands nowhere yet."""
        return self._tree.create_node(tag)

    def watch(self, boundaries: Iterable[Boundary]) -> None:
        """Keep `boundaries` right when nodes are removed."""
        self._watched.extend(boundaries)

    def remove(self, node: LexborNode) -> None:
        """Take `node` out of the tree, with all it holds."""
        for boundary in self._watched:
            boundary.before_removal(node)
        root = self._tree.root
        if root is not None and root.mem_id == node.mem_id:
            # The parser does not let its root go: empty it, nothing is found in it any more.
            for child in list(node.iter(include_text=True)):
                child.decompose(recursive=False)
            return
        node.decompose(recursive=False)
