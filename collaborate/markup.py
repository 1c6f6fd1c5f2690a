"""What people write → HTML: a short Markdown, addresses as links, @mentions and cards of the portal's permalinks.

Headings and pictures are left out: a message is a few lines in a list, and reading it asks nothing of another host.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from disinfo import markdown

_FINDS = re.compile(
    r"(?P<url>https?://[^\s<>\"'`]{1,2000})|(?<![\w@/.-])@(?P<handle>[a-z0-9][a-z0-9-]{0,79})", re.IGNORECASE
)
_PERMALINK = re.compile(r"/[a-z][a-z-]{1,30}/[\w./:-]{1,300}")
_OWN_ADDRESS = re.compile(_PERMALINK.pattern + r"(?:\?[\w=&%.+:~-]{1,300})?(?:#[\w-]{1,100})?")
_HANDLES = re.compile(r"(?<![\w@/.-])@([a-z0-9][a-z0-9-]{0,79})", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?…)]}»’”'\""
MOST_LINKS = 5
"""Addresses of one message whose pages are looked at."""


@dataclass(frozen=True)
class Rendered:
    """A message as it is shown: its HTML, who it names, the outside addresses and the portal's permalinks in it."""

    html: str
    handles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


def handles_in(text: str) -> set[str]:
    """The words after an @, in lower case: who may be meant."""
    return {found.lower() for found in _HANDLES.findall(text)} if "@" in text else set()


def render(text: str, *, names: Mapping[str, str], home: str) -> Rendered:
    """The HTML of a message.

    Args:
        text: what was written.
        names: the name to show for each handle that means somebody here; others stay text.
        home: the portal's own address (scheme and host), whose permalinks become cards.
    """
    tokens = _parser().parse(text)
    said = _Said(names, home.rstrip("/"))
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = said.read(token.children)
    html = _parser().renderer.render(tokens, _parser().options, {})
    return Rendered(
        markdown.clean(html, images=False).strip(),
        tuple(dict.fromkeys(said.handles)),
        tuple(dict.fromkeys(said.links))[:MOST_LINKS],
        tuple(dict.fromkeys(said.cards))[:MOST_LINKS],
    )


class _Said:
    """What one message says, gathered while its tokens are gone through."""

    def __init__(self, names: Mapping[str, str], home: str) -> None:
        self.names, self.home = names, home
        self.handles: list[str] = []
        self.links: list[str] = []
        self.cards: list[str] = []

    def read(self, tokens: Sequence[Token]) -> list[Token]:
        """The same tokens, with the addresses and mentions in their text made into what they are."""
        if len(tokens) == 1 and tokens[0].type == "text" and _OWN_ADDRESS.fullmatch(tokens[0].content):
            return [*self._link(self.home + tokens[0].content, shown=tokens[0].content)]
        read: list[Token] = []
        inside_link = 0
        for token in tokens:
            inside_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "link_open":
                self._note(str(token.attrs.get("href", "")))
            if token.type == "text" and not inside_link:
                read += self._split(token.content)
            else:
                read.append(token)
        return read

    def _split(self, text: str) -> list[Token]:
        pieces: list[Token] = []
        at = 0
        for found in _FINDS.finditer(text):
            made, end = self._made(found)
            if made:
                pieces += [_text(text[at : found.start()]), *made]
                at = end
        return [*pieces, _text(text[at:])]

    def _made(self, found: re.Match[str]) -> tuple[list[Token], int]:
        if handle := (found["handle"] or "").lower():
            if handle not in self.names:
                return [], 0
            self.handles.append(handle)
            token = Token("html_inline", "", 0)
            token.content = f"<mark>@{escape(self.names[handle])}</mark>"
            return [token], found.end()
        url = _without_trailing(found["url"])
        return self._link(url, shown=url), found.start() + len(url)

    def _link(self, url: str, *, shown: str) -> list[Token]:
        self._note(url)
        opening, closing = Token("link_open", "a", 1), Token("link_close", "a", -1)
        opening.attrs = {"href": url}
        return [opening, _text(shown), closing]

    def _note(self, url: str) -> None:
        if url.startswith((self.home + "/", "/")) and not url.startswith("//"):
            path = urlsplit(url).path
            if _PERMALINK.fullmatch(path):
                self.cards.append(path)
        elif url.startswith(("http://", "https://")):
            self.links.append(url)


def _without_trailing(url: str) -> str:
    """An address without the punctuation of the sentence it ends; a bracket that it opened itself is its own."""
    while url[-1] in _AFTER_ADDRESS and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url


def _text(content: str) -> Token:
    token = Token("text", "", 0)
    token.content = content
    return token


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["table", "strikethrough"]).disable(["heading", "lheading", "hr"])
    parser.add_render_rule("image", _render_image)
    return parser


def _render_image(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A picture of elsewhere is a link to it."""
    address = str(tokens[at].attrs.get("src", ""))
    words = self.renderInlineAsText(tokens[at].children or [], options, env)
    return f'<a href="{escape(address)}">{escape(words or address)}</a>'
