"""The sections of a body: from a heading to the next of its level or above, as its anchors count them."""

import re
from dataclasses import dataclass

from encyclopedia import markup

_ANCHOR = re.compile(r"^s(\d{1,5})(?:-|\Z)")
_COUNTED = ("h1", "h2", "h3")  # those that `disinfo.markdown.with_anchors` gives an anchor


@dataclass(frozen=True)
class Section:
    """Lines of a body, from `start` to before `end`; `number` is that of its anchor."""

    number: int
    title: str
    start: int
    end: int


def sections(body: str) -> list[Section]:
    """Every section that can be edited by itself: those whose heading stands at the top level."""
    tokens = markup.read(body).tokens
    last = body.count("\n") + 1
    found: list[tuple[int, str, int, int]] = []
    number = 0
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in _COUNTED:
            number += 1
            if token.level == 0 and token.map:
                found.append((number, tokens[at + 1].content, token.map[0], int(token.tag[1])))
    return [
        Section(
            number,
            title,
            start,
            next((other for _n, _t, other, above in found[at + 1 :] if above <= level), last),
        )
        for at, (number, title, start, level) in enumerate(found)
    ]


def find(body: str, anchor: str) -> Section | None:
    """The section of an anchor such as `s3-how-it-works`; None when there is no such one."""
    match = _ANCHOR.match(anchor)
    if match is None:
        return None
    return next((each for each in sections(body) if each.number == int(match[1])), None)


def take(body: str, section: Section) -> str:
    """The text of a section."""
    return "\n".join(body.split("\n")[section.start : section.end])


def put(body: str, section: Section, text: str) -> str:
    """The body with another text in the place of a section; what follows stays apart from it."""
    lines = body.split("\n")
    rest = lines[section.end :]
    is_glued = rest and text and not text.endswith("\n") and text != take(body, section)
    return "\n".join([*lines[: section.start], *text.split("\n"), *([""] if is_glued else []), *rest])
