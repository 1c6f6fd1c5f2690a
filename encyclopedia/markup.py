"""What Markdown has here besides itself: `[[links]]` between pages, `[@citations]`, cards of the portal's permalinks.

Reading comes first: `read` gives what a text refers to, so that all of it is looked up in one go; `render` then turns
the same reading into HTML.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from disinfo import markdown

_LINK = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\]")
_CITATION = re.compile(r"\[@([\w:-]{1,80})\]")
_CARD = re.compile(r"^/[a-z][a-z-]*/[\w./:-]{1,300}/?$")


@dataclass(frozen=True)
class Target:
    """What a link names: a page by its slug, of any kind or of one."""

    slug: str
    kind: str = ""


@dataclass
class Reading:
    """A text as read: its tokens, and what it refers to, each once, in order."""

    tokens: list[Token]
    env: dict[str, Any]
    links: list[Target] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> Collection[str] | None:
        """The kinds of pages that it was read with."""
        return self.env.get("kinds")


@dataclass(frozen=True)
class Part:
    """A run of HTML, or the address of a card that stands there; who may see it is known only when it is shown."""

    html: str = ""
    card: str = ""


def target_of(name: str, kinds: Collection[str] | None = None) -> Target:
    """The target of what stands between the brackets: `name` or `kind:name`.

    Where the kinds are known, a colon after anything else belongs to the name, as in a title.
    """
    kind, colon, rest = name.partition(":")
    if colon and slugify(kind) and slugify(rest) and (kinds is None or slugify(kind) in kinds):
        return Target(slugify(rest), slugify(kind))
    return Target(slugify(name))


def read(source: str, *, kinds: Collection[str] | None = None, home: str = "") -> Reading:
    """Read a text; nothing is looked up. `home` is the portal's own address, that a card's may begin with."""
    env: dict[str, Any] = {"kinds": kinds}
    tokens = _parser().parse(source[: markdown.LONGEST_SOURCE], env)
    reading = Reading(tokens, env)
    for token in _with_children(tokens):
        if token.type == "wikilink":
            reading.links.append(token.meta["target"])
        elif token.type == "citation":
            reading.citations.append(token.meta["key"])
    for at, token in enumerate(tokens):
        if address := _card_at(tokens, at, home):
            token.meta["card"] = address
            reading.cards.append(address)
    reading.links = list(dict.fromkeys(reading.links))
    reading.citations = list(dict.fromkeys(reading.citations))
    return reading


def render(
    reading: Reading, *, href_of: Callable[[Target], str], is_known: Callable[[Target], bool], media: str
) -> list[Part]:
    """The HTML of a reading, cut where cards stand. Pictures are shown only from `media`, the portal's own files."""
    numbers = {key: number for number, key in enumerate(reading.citations, 1)}

    def cited(key: str) -> str:
        return f'<sup><a href="#source-{numbers[key]}">[{numbers[key]}]</a></sup>'

    reading.env.update(href_of=href_of, is_known=is_known, cited=cited, media=media)
    parts: list[Part] = []
    run: list[Token] = []
    for card, tokens in _cut(reading.tokens):
        if card:
            parts += [*_html(run, reading.env), Part(card=card)]
            run = []
        else:
            run += tokens
    parts += _html(run, reading.env)
    return parts


def render_remark(
    reading: Reading,
    *,
    href_of: Callable[[Target], str],
    is_known: Callable[[Target], bool],
    sources: Mapping[str, str],
    media: str,
    name: str,
) -> str:
    """The HTML of what is said beside a page: the same as there, without cards and without a bibliography.

    Citations lead to `sources`, the address of each key; one that is not there stays as it was written. `name` is that
    of the remark on its page: its footnotes begin with it, for others there have footnotes too.
    """

    def cited(key: str) -> str:
        at = sources.get(key)
        return f'<a href="{escape(at)}">[{escape(key)}]</a>' if at else escape(f"[@{key}]")

    reading.env.update(href_of=href_of, is_known=is_known, cited=cited, media=media, docId=name)
    return "".join(part.html for part in _html(reading.tokens, reading.env))


def _cut(tokens: Sequence[Token]) -> list[tuple[str, list[Token]]]:
    pieces: list[tuple[str, list[Token]]] = []
    at = 0
    while at < len(tokens):
        card = tokens[at].meta.get("card", "")
        pieces.append((card, [] if card else [tokens[at]]))
        at += 3 if card else 1
    return pieces


def _html(tokens: Sequence[Token], env: Mapping[str, Any]) -> list[Part]:
    if not tokens:
        return []
    parser = _parser()
    html = parser.renderer.render(list(tokens), parser.options, dict(env))
    return [Part(html=markdown.clean(html, images=True))]


def _card_at(tokens: Sequence[Token], at: int, home: str) -> str:
    """The address of a card: a paragraph at the top level that holds one permalink and nothing else."""
    if tokens[at].type != "paragraph_open" or tokens[at].level != 0:
        return ""
    text = tokens[at + 1].content.strip().removeprefix(home)
    return text if _CARD.match(text) else ""


def _with_children(tokens: Sequence[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *(token.children or ()))]


@cache
def _parser() -> MarkdownIt:
    parser = markdown.parser()
    parser.inline.ruler.before("link", "wikilink", _wikilink)
    parser.inline.ruler.before("link", "citation", _citation)
    parser.add_render_rule("wikilink", _render_wikilink)
    parser.add_render_rule("citation", _render_citation)
    parser.add_render_rule("image", _render_image)
    return parser


def _wikilink(state: StateInline, silent: bool) -> bool:
    match = _LINK.match(state.src, state.pos)
    target = target_of(match[1], state.env.get("kinds")) if match else None
    if match is None or target is None or not target.slug:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.meta = {"target": target, "text": (match[2] or match[1]).strip()}
    state.pos = match.end()
    return True


def _citation(state: StateInline, silent: bool) -> bool:
    match = _CITATION.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"key": match[1]}
    state.pos = match.end()
    return True


def _render_wikilink(_self: object, tokens: Sequence[Token], at: int, _options: object, env: Any) -> str:
    meta = tokens[at].meta
    target = meta["target"]
    mark = "" if env["is_known"](target) else ' class="is-missing"'
    return f'<a href="{escape(env["href_of"](target))}"{mark}>{escape(meta["text"])}</a>'


def _render_citation(_self: object, tokens: Sequence[Token], at: int, _options: object, env: Any) -> str:
    return str(env["cited"](tokens[at].meta["key"]))


def _render_image(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A picture of ours; any other becomes a link to it, so that reading a page asks nothing of another host."""
    token = tokens[at]
    address = str(token.attrs.get("src", ""))
    words = self.renderInlineAsText(token.children or [], options, env)
    if not address.startswith(env["media"]):
        return f'<a href="{escape(address)}">{escape(words or address)}</a>'
    title = str(token.attrs.get("title", ""))
    note = f' title="{escape(title)}"' if title else ""
    return f'<img src="{escape(address)}" alt="{escape(words)}"{note}>'
