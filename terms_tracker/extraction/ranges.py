"""Ranges of a page: from a point to a point, whatever the elements around. Source: DOM Standard, "Ranges".

A point stands inside a parent, just before one of its children, or after the last.
"""

from collections.abc import Iterator
from typing import Literal, Self

from selectolax.lexbor import LexborNode

Step = tuple[Literal["whole", "open", "close"], LexborNode]


class Boundary:
    """One end of a range; it moves when nodes are removed."""

    __slots__ = ("_ancestors", "before", "parent")

    _ancestors: set[int]
    before: LexborNode | None
    parent: LexborNode

    def __init__(self, parent: LexborNode, before: LexborNode | None) -> None:
        """Stand inside `parent`, before its child `before`, or after its last child if that is None."""
        self._move(parent, before)

    @classmethod
    def before_node(cls, node: LexborNode) -> Self:
        """Return the point just before `node`."""
        return cls(_parent(node), node)

    @classmethod
    def after_node(cls, node: LexborNode) -> Self:
        """Return the point just after `node`."""
        return cls(_parent(node), node.next)

    def before_removal(self, node: LexborNode) -> None:
        """Stay in the page although `node`, and all it holds, is about to leave it."""
        if node.mem_id in self._ancestors:
            above = node.parent
            if above is not None:
                self._move(above, node.next)
        elif self.before is not None and self.before.mem_id == node.mem_id:
            self.before = node.next

    def path(self) -> list[LexborNode]:
        """Return the elements around this point, outermost first."""
        found = [self.parent]
        while (above := found[-1].parent) is not None:
            found.append(above)
        found.reverse()
        return found

    def _move(self, parent: LexborNode, before: LexborNode | None) -> None:
        self.parent = parent
        self.before = before
        self._ancestors = {node.mem_id for node in self.path()}


def steps(start: Boundary, end: Boundary) -> Iterator[Step]:
    """Walk over what lies between two points.

    Args:
        start: where the range starts.
        end: where it ends; nothing is given when that is not after `start`.

    Yields:
        `("whole", node)` for a node that lies inside with all it holds, and `("open", node)` and
        `("close", node)` around the part inside of a node that does not. The common ancestor is not given.
    """
    first, last = start.path(), end.path()
    common = 0
    for one, other in zip(first, last, strict=False):
        if one.mem_id != other.mem_id:
            break
        common += 1
    starting, ending = first[common:], last[common:]
    here = starting[0] if starting else start.before
    there = ending[0] if ending else end.before
    if not common or not _in_order(here, there, strictly=bool(starting)):
        return
    for node in starting:
        yield "open", node
    inside = start.before
    for node in reversed(starting):
        yield from _wholes(inside, None)
        yield "close", node
        inside = node.next
    yield from _wholes(inside, there)
    for depth, node in enumerate(ending):
        yield "open", node
        yield from _wholes(node.first_child, ending[depth + 1] if depth + 1 < len(ending) else end.before)
    for node in reversed(ending):
        yield "close", node


def _wholes(node: LexborNode | None, until: LexborNode | None) -> Iterator[Step]:
    """Give the siblings from `node` on, as far as `until`, which is left out."""
    stop = until.mem_id if until is not None else None
    while node is not None and node.mem_id != stop:
        yield "whole", node
        node = node.next


def _in_order(node: LexborNode | None, other: LexborNode | None, *, strictly: bool) -> bool:
    """Tell whether `node` comes before its sibling `other`; None stands for the place after the last one."""
    if other is None:
        return True
    if strictly and node is not None:
        node = node.next
    while node is not None:
        if node.mem_id == other.mem_id:
            return True
        node = node.next
    return False


def _parent(node: LexborNode) -> LexborNode:
    above = node.parent
    if above is None:  # pragma: no cover - what a selector finds always stands in the document
        raise ValueError("A range cannot start or end outside the document.")
    return above
