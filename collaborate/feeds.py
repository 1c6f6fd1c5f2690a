"""Entries of an RSS 2.0, RSS 1.0 or Atom feed. Pure: bytes in, entries out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree as ET

_TAG = re.compile(r"<[^>]*>")
_ENTRY = ("item", "entry")
_MOST = 500
_LONGEST = 300


class FeedError(ValueError):
    """It is no feed that can be read."""

    code = "feed"


@dataclass(frozen=True)
class Entry:
    """What a feed tells of one thing: `key` is its link, else its identifier."""

    key: str
    title: str
    url: str = ""
    summary: str = ""


def entries(content: bytes) -> list[Entry]:
    """The entries, in the order of the feed, 500 at most; those with neither link nor identifier are left out.

    Raises:
        FeedError: no XML, no feed, or a document type, which could hold entities that grow without end.
    """
    if b"<!DOCTYPE" in content[:4_096].upper() or b"<!ENTITY" in content.upper():
        raise FeedError("a feed has no document type")
    try:
        root = ET.fromstring(content)  # noqa: S314 (without a document type there are no entities to expand)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise FeedError(f"not XML: {error}") from error
    if _name(root) not in ("rss", "feed", "rdf"):
        raise FeedError(f"not a feed: {_name(root)}")
    return list(_read(root))[:_MOST]


def _read(root: ET.Element) -> Iterator[Entry]:
    for node in root.iter():
        if _name(node) not in _ENTRY:
            continue
        url, identifier = _link(node), _text(node, "guid", "id")
        if key := url or identifier:
            title = _text(node, "title") or key
            yield Entry(
                key, title[:_LONGEST], url, _text(node, "description", "summary", "content")[:_LONGEST]
            )


def _name(node: ET.Element) -> str:
    return str(node.tag).rpartition("}")[2].lower()


def _text(node: ET.Element, *names: str) -> str:
    """The words of the first child that bears one of these names; markup in them is left out."""
    for name in names:
        for child in node:
            if _name(child) == name and (text := "".join(child.itertext()).strip()):
                return " ".join(unescape(_TAG.sub(" ", unescape(text))).split())
    return ""


def _link(node: ET.Element) -> str:
    for child in node:
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate":
            url = (child.get("href") or child.text or "").strip()
            if url.startswith(("http://", "https://")):
                return url
    return ""
