"""Markdown that people wrote → HTML that is safe on a page."""

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
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
    "a": {"href", "title", "id"},
    "img": {"src", "alt", "title"},
    "th": {"align"},
    "td": {"align"},
    "li": {"id"},
    "ol": {"start"},
    "input": {"type", "checked", "disabled"},
}


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    return parser.enable(["table", "strikethrough"]).use(footnote_plugin).use(tasklists_plugin)


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
        attribute_filter=_only_checkboxes,
    )


def _only_checkboxes(tag: str, name: str, value: str) -> str | None:
    if tag == "input" and name == "type" and value != "checkbox":
        return None
    return value
