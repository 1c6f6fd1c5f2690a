"""Choosing by clicks which part of a page holds the terms: a harmless page, the selector of an element. Pure."""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from terms_tracker.extraction.page import Page
from terms_tracker.written import Part

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_VALUE = re.compile(r"[\w-]{1,20}")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_GONE = (
    "script, style, link, meta, base, iframe, frame, frameset, object, embed, video, audio, source, track, img,"
    " picture, svg, math, canvas, template, noscript, textarea, title, xmp, noembed, noframes, plaintext, applet"
)
_KEPT_ATTRIBUTES = frozenset({"lang", "dir", "colspan", "rowspan", "start"})
_DEEPEST = 60
MARK = "data-pick"
_ENDS = {"from": ("startBefore", "startAfter"), "to": ("endAfter", "endBefore")}
"""For each end of a range the property that takes in what was clicked, then the one that leaves it out."""


def numbered(html: str, url: str) -> str:
    """The page with each element numbered, without all that runs, loads, sends or styles.

    Raises:
        ExtractionError: the page is too costly to read.
    """
    page = Page(html, url)
    for number, node in enumerate(page.find("*")):
        for name in list(node.attributes):
            if name not in _KEPT_ATTRIBUTES or not _VALUE.fullmatch(node.attributes[name] or ""):
                del node.attrs[name]
        node.attrs[MARK] = str(number)
    for node in page.find(_GONE):
        page.remove(node)
    body = page.first("body")
    # No attribute that is left holds a sign, and text is escaped: what looks like a comment is one.
    return _COMMENT.sub("", body.html or "") if body else ""


def selector_of(html: str, url: str, number: int) -> str:
    """A CSS selector for the element of this number: by its id, else by its class, else by where it stands.

    Raises:
        LookupError: there is no such element.
        ExtractionError: the page is too costly to read.
    """
    page = Page(html, url)
    found = page.find("*")
    if not 0 <= number < len(found):
        raise LookupError(number)
    return _selector(page, found[number])


def with_pick(parts: Sequence[Part], selector: str, end: str) -> list[Part]:
    """The parts once an element was clicked: one more, or one end of a range (`from` or `to`) that waits for it."""
    if not end:
        return [*parts] if selector in parts else [*parts, selector]
    taken_in = _ENDS[end][0]
    for place, part in enumerate(parts):
        if isinstance(part, dict) and not any(name in part for name in _ENDS[end]):
            return [*parts[:place], _in_order({**part, taken_in: selector}), *parts[place + 1 :]]
    return [*parts, {taken_in: selector}]


def _in_order(part: dict[str, object]) -> dict[str, object]:
    return dict(sorted(part.items(), reverse=True))


def _selector(page: Page, node: LexborNode) -> str:
    steps: list[str] = []
    at: LexborNode | None = node
    while at is not None and at.tag and at.tag not in {"html", "-document"} and len(steps) < _DEEPEST:
        named = _by_name(page, at)
        steps.insert(0, named or _by_place(at))
        if named or at.tag == "body":
            break
        at = at.parent
    return " > ".join(steps) or "body"


def _by_name(page: Page, node: LexborNode) -> str:
    """Its id or one of its classes, when nothing else has it."""
    identity = node.attributes.get("id") or ""
    if _NAME.fullmatch(identity) and len(page.find(f"#{identity}")) == 1:
        return f"#{identity}"
    for name in (node.attributes.get("class") or "").split():
        if _NAME.fullmatch(name) and len(page.find(f"{node.tag}.{name}")) == 1:
            return f"{node.tag}.{name}"
    return "body" if node.tag == "body" else ""


def _by_place(node: LexborNode) -> str:
    place, before = 1, node.prev
    while before is not None:
        place += before.tag == node.tag
        before = before.prev
    return f"{node.tag}:nth-of-type({place})"
