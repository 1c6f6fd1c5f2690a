"""What is selected from a page: a light tree of elements and texts, quick to read."""

from selectolax.lexbor import LexborNode

# HTML elements that stand on lines of their own. An SVG or MathML element of the same name does not:
# its `tag` carries a prefix.
_BLOCK_NAMES = """
    address article aside audio blockquote body canvas center dd dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html isindex li main menu nav noframes noscript
    ol output p pre section table tbody td tfoot th thead tr ul
"""
_VOID_NAMES = "area base br col command embed hr img input keygen link meta param source track wbr"
# Elements that say something although they hold no text.
_MEANINGFUL_NAMES = "a table thead tbody tfoot th td iframe script audio video"

BLOCKS = frozenset(_BLOCK_NAMES.split())
VOIDS = frozenset(_VOID_NAMES.split())
SOLID = VOIDS | frozenset(_MEANINGFUL_NAMES.split())

FRAGMENT = "#fragment"


class Text:
    """A run of text; `raw` when it stands inside `code`, where nothing is escaped."""

    __slots__ = ("data", "raw")

    def __init__(self, data: str, *, raw: bool) -> None:
        """Keep `data` as it is."""
        self.data = data
        self.raw = raw


class Element:
    """An element, where it stands among its siblings, and what reading it found out.

    `lead` and `trail` are the white space at the ends of its text; when `blank`, the whole text is `lead`.
    `solid` when it or a descendant says something without text. `markdown` is its converted content.
    """

    __slots__ = (
        "blank",
        "children",
        "foreign_inside",
        "grid",
        "holds_table",
        "index",
        "last_element",
        "lead",
        "markdown",
        "node",
        "parent",
        "rank",
        "ranks",
        "raw",
        "solid",
        "table",
        "tag",
        "trail",
    )

    parent: "Element | None"
    table: "Element | None"
    last_element: "Element | None"
    children: "list[Element | Text]"
    node: LexborNode | None
    grid: tuple[bool, int] | None

    def __init__(self, tag: str, parent: "Element | None", node: LexborNode | None) -> None:
        """Append a new element to the children of `parent`; `node` is where its attributes are read."""
        self.tag = tag
        self.parent = parent
        self.node = node
        self.children = []
        self.last_element = None
        self.ranks = 0
        self.grid = None
        self.holds_table = False
        self.foreign_inside = False
        self.markdown = self.lead = self.trail = ""
        self.blank = True
        self.solid = tag in SOLID
        if parent is None:
            self.index = self.rank = 0
            self.table = None
            self.raw = False
            return
        self.index = len(parent.children)
        self.rank = parent.ranks
        parent.ranks += 1
        parent.last_element = self
        parent.children.append(self)
        self.raw = parent.raw or tag == "code"
        self.table = parent if parent.tag == "table" else parent.table

    def attribute(self, name: str) -> str | None:
        """Return the value of an attribute, empty when it is there without one, None when it is not."""
        attributes = self.node.attributes if self.node is not None else {}
        return attributes[name] or "" if name in attributes else None


def is_element(child: Element | Text, tag: str) -> bool:
    """Tell whether `child` is an element called `tag`."""
    return isinstance(child, Element) and child.tag == tag


def text_of(root: Element) -> str:
    """Return all the text inside `root`, in order."""
    found: list[str] = []
    waiting: list[Element | Text] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Text):
            found.append(item.data)
        else:
            waiting.extend(reversed(item.children))
    return "".join(found)
