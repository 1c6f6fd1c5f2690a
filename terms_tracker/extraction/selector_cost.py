"""Refuse a selector that would hold the machine up on this page.

Engines find `p:nth-child(2)` or `p ~ p` by counting siblings for each candidate, and `div div div` by trying
every ancestor for each step: fine on any real page, endless on one made for it.
"""

import re

from selectolax.lexbor import LexborNode

from terms_tracker.extraction.errors import TooComplexError

# Steps of the engine, some nanoseconds each.
MOST_STEPS = 1_000_000_000
_FEW_TAGS = 5_000

_VALUES = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|'[^']*'")
_COUNTING = re.compile(r":(?:nth-|only-|first-of|last-of)")
_DESCENT = re.compile(r"(?<=[^\s>+~,(])\s+(?=[^\s>+~,)])")


def refuse_costly(root: LexborNode, tags: int, selector: str) -> None:
    """Look at a selector before it is used on a long page.

    Args:
        root: the root of the page.
        tags: about how many tags the page has.
        selector: the CSS selector.

    Raises:
        TooComplexError: it would take too many steps.
    """
    if tags < _FEW_TAGS:
        return
    plain = _VALUES.sub("", selector)
    siblings = plain.count("~") + (1 if _COUNTING.search(plain) else 0)
    ancestors = max(len(_DESCENT.findall(part)) for part in plain.split(",")) + plain.count(":has(")
    if not siblings and ancestors < 2:
        return
    if _steps(root, siblings, ancestors) > MOST_STEPS:
        raise TooComplexError(f"The page is too long or too deep for the selector {selector}")


def _steps(root: LexborNode, siblings: int, ancestors: int) -> int:
    """Return how many steps the engine takes at worst: siblings and ancestors tried for each element."""
    total = 0
    level = [root]
    depth = 1
    while level:
        below: list[LexborNode] = []
        for node in level:
            before = len(below)
            below.extend(node.iter())
            if siblings:
                total += (len(below) - before) ** (1 + siblings)
        if ancestors:
            total += len(level) * depth**ancestors
        level = below
        depth += 1
    return total
