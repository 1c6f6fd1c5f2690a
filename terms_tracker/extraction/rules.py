"""How each element is written in Markdown: one function an element. Source: research/terms.md §6.4."""

import re
from collections.abc import Callable

from terms_tracker.extraction import tables
from terms_tracker.extraction.content import BLOCKS, Element, is_element, text_of
from terms_tracker.extraction.javascript import show_number, strip, to_number, utf16_length

Rule = Callable[[Element, str], str]

_PARENTHESES = re.compile(r"[()]")
_NEWLINE_RUN = re.compile(r"\n\s*")
_LINE_START = re.compile(r"(?:\A|(?<=[\n\r\u2028\u2029]))")
_BACKTICKS = re.compile(r"`+")
_HIGHLIGHT = re.compile(r"highlight-(?:text|source)-([a-z0-9]+)")
_HEADINGS = {"h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### "}
_INDENT = "    "


def write(element: Element, content: str) -> str:
    """Return `element`, whose converted content is `content`, as Markdown."""
    return _RULES.get(element.tag, _other)(element, content)


def _other(element: Element, content: str) -> str:
    return f"\n\n{content}\n\n" if element.tag in BLOCKS else content


def _link(element: Element, content: str) -> str:
    href = element.attribute("href")
    if not href:
        return content
    target = _PARENTHESES.sub(r"\\\g<0>", href)
    title = _one_newline(element.attribute("title") or "").replace('"', '\\"')
    shown = f' "{title}"' if title else ""
    return f"[{strip(content)}]({target}{shown})"


def _image(element: Element, content: str) -> str:
    del content
    source = element.attribute("src")
    if not source:
        return ""
    title = _one_newline(element.attribute("title") or "")
    shown = f' "{title}"' if title else ""
    return f"![{_one_newline(element.attribute('alt') or '')}]({source}{shown})"


def _checkbox(element: Element, content: str) -> str:
    kind = (element.attribute("type") or "").lower()
    if kind != "checkbox" or element.parent is None or element.parent.tag != "li":
        return content
    return "[x] " if element.attribute("checked") is not None else "[ ] "


def _line_break(element: Element, content: str) -> str:
    del element, content
    return "  \n"


def _thematic_break(element: Element, content: str) -> str:
    del element, content
    return "\n\n* * *\n\n"


def _underlined(line: str) -> Rule:
    def heading(element: Element, content: str) -> str:
        del element
        return f"\n\n{content}\n{line * utf16_length(content)}\n\n"

    return heading


def _heading(element: Element, content: str) -> str:
    return f"\n\n{_HEADINGS[element.tag]}{content}\n\n"


def _around(mark: str) -> Rule:
    def emphasis(element: Element, content: str) -> str:
        del element
        return f"{mark}{content}{mark}" if strip(content) else ""

    return emphasis


def _struck(element: Element, content: str) -> str:
    del element
    return f"~{content}~"


def _quote(element: Element, content: str) -> str:
    del element
    return f"\n\n{_LINE_START.sub('> ', content.strip(chr(10)))}\n\n"


def _list(element: Element, content: str) -> str:
    parent = element.parent
    if parent is not None and parent.tag == "li" and parent.last_element is element:
        return f"\n{content}"
    return f"\n\n{content}\n\n"


def _item(element: Element, content: str) -> str:
    parent = element.parent
    prefix = "*   "
    if parent is not None and parent.tag == "ol":
        prefix = f"{_number(element, parent)}.  "
    ended = content.endswith("\n")
    content = content.strip("\n") + ("\n" if ended else "")
    content = prefix + content.replace("\n", "\n" + " " * len(prefix))
    has_next = parent is not None and element.index + 1 < len(parent.children)
    return content + "\n" if has_next and not content.endswith("\n") else content


def _number(element: Element, parent: Element) -> str:
    start = parent.attribute("start")
    return show_number(to_number(start) + element.rank) if start else str(element.rank + 1)


def _code(element: Element, content: str) -> str:
    parent = element.parent
    if parent is not None and parent.tag == "pre" and len(parent.children) == 1:
        return content
    if not content:
        return ""
    content = content.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    runs = {len(run) for run in _BACKTICKS.findall(content)}
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    padded = content[0] == content[-1] == " " and bool(content.strip(" "))
    space = " " if padded or content[0] == "`" or content[-1] == "`" else ""
    return f"{fence}{space}{content}{space}{fence}"


def _preformatted(element: Element, content: str) -> str:
    first = element.children[0] if element.children else None
    if isinstance(first, Element) and first.tag == "code":
        return f"\n\n{_INDENT}{text_of(first).replace(chr(10), chr(10) + _INDENT)}\n\n"
    return _other(element, content)


def _division(element: Element, content: str) -> str:
    first = element.children[0] if element.children else None
    if isinstance(first, Element) and is_element(first, "pre"):
        language = _HIGHLIGHT.search(element.attribute("class") or "")
        if language:
            return f"\n\n```{language[1]}\n{text_of(first)}\n```\n\n"
    return _other(element, content)


def _one_newline(value: str) -> str:
    return _NEWLINE_RUN.sub("\n", value) if "\n" in value else value


_RULES: dict[str, Rule] = {
    "a": _link,
    "b": _around("**"),
    "blockquote": _quote,
    "br": _line_break,
    "code": _code,
    "del": _struck,
    "div": _division,
    "em": _around("_"),
    "h1": _underlined("="),
    "h2": _underlined("-"),
    "h3": _heading,
    "h4": _heading,
    "h5": _heading,
    "h6": _heading,
    "hr": _thematic_break,
    "i": _around("_"),
    "img": _image,
    "input": _checkbox,
    "li": _item,
    "ol": _list,
    "pre": _preformatted,
    "s": _struck,
    "strike": _struck,
    "strong": _around("**"),
    "table": tables.table,
    "tbody": tables.section,
    "td": tables.cell,
    "tfoot": tables.section,
    "th": tables.cell,
    "thead": tables.section,
    "tr": tables.row,
    "ul": _list,
}
