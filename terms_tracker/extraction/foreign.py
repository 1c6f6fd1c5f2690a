"""Which elements are SVG or MathML: HTML rules do not apply to them, whatever their name.

The parser gives no namespace, so it is found from the ancestors. Source: HTML Standard, "HTML integration
point" and "MathML text integration point".
"""

from selectolax.lexbor import LexborNode

ROOTS = frozenset({"svg", "math"})
PREFIX = "foreign:"
_HOLDERS = frozenset({"foreignObject", "desc", "title", "mi", "mo", "mn", "ms", "mtext"})
_MARKUP = frozenset({"text/html", "application/xhtml+xml"})


def holds_html(node: LexborNode, name: str) -> bool:
    """Tell whether the children of the foreign element `node`, called `name`, are HTML again."""
    if name == "annotation-xml":
        return (node.attributes.get("encoding") or "").lower() in _MARKUP
    return name in _HOLDERS


def is_foreign(node: LexborNode) -> bool:
    """Tell whether `node` is an SVG or MathML element."""
    path = [node]
    while (above := path[-1].parent) is not None:
        path.append(above)
    found = False
    inside = False
    for step in reversed(path):
        name = step.tag or ""
        found = inside or name in ROOTS
        inside = found and not holds_html(step, name)
    return found
