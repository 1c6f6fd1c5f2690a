"""Markdown that people wrote → HTML that is safe on a page."""

import re
from dataclasses import dataclass
from functools import cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

LONGEST_SOURCE = 1_000_000
"""Characters beyond which a text is cut, so that one page cannot hold a process."""

_TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre s "  # noqa: SIM905
    "section small span strong sub sup table tbody td th thead tr ul".split()
)
_ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "img": {"src", "alt", "title"},
    "th": {"align"},
    "td": {"align"},
    "li": {"id"},
    "ol": {"start"},
    "input": {"type", "checked", "disabled"},
}
_MISSING = "is-missing"  # the only class a link may have: it leads to a page that is not there yet
_HEADING = re.compile(r"<h([1-3])>(.*?)</h\1>", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading of a text, and the anchor it is found by."""

    level: int
    text: str
    anchor: str


def parser() -> MarkdownIt:
    """A parser with what the portal's Markdown has; a tool that adds to it makes its own."""
    made = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    return made.enable(["table", "strikethrough"]).use(footnote_plugin).use(tasklists_plugin)


@cache
def _parser() -> MarkdownIt:
    return parser()


def to_html(source: str, *, images: bool = True) -> SafeString:
    """The HTML of a Markdown text: raw HTML is shown as text, and only a short list of tags and schemes passes.

    With images=False pictures become links, so that reading a stranger's text asks nothing of another host.
    """
    html = _parser().render(source[:LONGEST_SOURCE])
    return mark_safe(clean(html, images=images))  # noqa: S308 (cleaned by nh3 on this very line)


def clean(html: str, *, images: bool) -> str:
    """Only what the list allows; links lead out without telling where from."""
    return nh3.clean(
        html,
        tags=set(_TAGS if images else _TAGS - {"img"}),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
        attribute_filter=_allowed_value,
    )


def _allowed_value(tag: str, name: str, value: str) -> str | None:
    if tag == "input" and name == "type" and value != "checkbox":
        return None
    if name == "class" and value != _MISSING:
        return None
    return value


def with_anchors(html: str, *, after: int = 0) -> tuple[SafeString, list[Heading]]:
    """Clean HTML with an anchor at each heading of the first three levels, and those headings for a list of contents.

    `after` is how many headings stand before it on the page, where a page has several such pieces.
    """
    headings: list[Heading] = []

    def anchor(match: re.Match[str]) -> str:
        level, inner = match.groups()
        text = unescape(re.sub(r"<[^>]*>", "", inner)).strip()
        name = f"s{after + len(headings) + 1}-{slugify(text)[:40]}"
        headings.append(Heading(int(level), text, name))
        return f'<h{level} id="{name}">{inner}</h{level}>'

    return mark_safe(_HEADING.sub(anchor, html)), headings  # noqa: S308 (adds names made of letters to clean HTML)
