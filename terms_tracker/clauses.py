"""A text of terms as sentences under headings: its words, free of Markdown. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_LINK = re.compile(r"!?\[((?:\\.|[^\[\]\\])*)\]\(((?:\\.|[^()\\\s]|\([^()]*\))*)(?:\s+\"[^\"]*\")?\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(?<!\\)(\*\*|\*|(?<![^\W_])_|_(?![^\W_])|~|`)")
# Quotes, list signs, numbers of a list, signs of a heading: they say where a line stands, not what it says.
_LEAD = re.compile(r"^[\s>]*(?:(?:[*+-]|\d{1,3}[.)])\s+)*(?:#{1,6}\s+)?")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$|^[\s|:-]*-{3,}[\s|:-]*$")
_UNDERLINE = re.compile(r"^(?:=+|-+)\s*$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+\S")
_BOLD_LINE = re.compile(r"^\s*(?:\d+[.)]\s+)?\*\*[^*]{3,120}\*\*\s*:?\s*$")
_END = re.compile(r"(?<=[.!?…;])[\"'»”’)\]]*\s+(?=[\"'«“(\[]?[^\W_a-zà-ÿ])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|e\.g|i\.e|etc|inc|ltd|co|corp|no|art|arts|sec|mr|mrs|ms|dr|st|vs|cf|al|n|p|pp|u\.s|m|mme)\.)$",
    re.IGNORECASE,
)
_LONGEST_HEADING = 160


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, without Markdown, and the heading it stands under (empty before the first)."""

    text: str
    section: str


def plain(line: str) -> str:
    """A line of Markdown as its reader sees it: links by their text, no signs, single spaces."""
    if _RULE.match(line):
        return ""
    text = _LEAD.sub("", line, count=1)
    if "](" in text:
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", text).replace("|", " ").replace("<br>", " ")
    return " ".join(_ESCAPE.sub(r"\1", text).split())


def addresses(lines: Sequence[str]) -> list[str]:
    """Where the links of these lines lead, in order."""
    return [found[1] for line in lines for found in _LINK.findall(line)]


def words(text: str) -> list[str]:
    """Its words and numbers, without case."""
    return _WORD.findall(text.casefold())


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; an abbreviation does not end one."""
    found: list[str] = []
    for part in _END.split(text):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif part:
            found.append(part)
    return found


def clauses(text: str) -> Iterator[Clause]:
    """Every sentence of a text with its section."""
    lines = text.splitlines()
    section = ""
    for number, line in enumerate(lines):
        shown = plain(line)
        if not shown:
            continue
        if is_heading(lines, number):
            section = shown[:_LONGEST_HEADING]
        for sentence in sentences(shown):
            yield Clause(sentence, section)


def is_heading(lines: Sequence[str], number: int) -> bool:
    """Whether a line is a heading: by signs, underlined, or alone in bold."""
    line = lines[number]
    if _HEADING.match(line) or _BOLD_LINE.match(line):
        return True
    return number + 1 < len(lines) and bool(line.strip()) and _UNDERLINE.match(lines[number + 1]) is not None


def section_of(lines: Sequence[str], number: int) -> str:
    """The heading that a line stands under, which may be itself; empty when there is none above."""
    for at in range(min(number, len(lines) - 1), -1, -1):
        if is_heading(lines, at):
            return plain(lines[at])[:_LONGEST_HEADING]
    return ""
