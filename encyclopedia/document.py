"""A page as one text: front matter that says what it is, then its body in Markdown.

A revision is this text, so that a comparison, a merge, an export and a hash all cover the whole page. Each value of the
front matter is JSON on one line, which is YAML as well (YAML 1.2 §1.3).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import yaml

LONGEST = 1_000_000
"""Characters of a whole page beyond which it is refused."""
_FENCE = "---"
_DATE = re.compile(r"^\d{4}(-\d\d(-\d\d)?)?\Z")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n?---[ \t]*\n\n?(.*)\Z", re.DOTALL)
# What YAML refuses, or takes for the end of a line (YAML 1.2 §5.1, YAML 1.1 §4.2).
_UNPRINTABLE = re.compile(
    "[^\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
LISTS = ("phases", "criteria", "countries", "languages", "audiences", "tags")
"""What a page has several of; each is a dimension of the search."""


class DocumentError(ValueError):
    """A text that is no page; the message says what to mend."""


@dataclass(frozen=True)
class Document:
    """All that people write of a page. `fields` are those of its kind, by their code."""

    title: str
    kind: str
    summary: str = ""
    phases: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""

    @property
    def text(self) -> str:
        """The page as one text; what is empty is left out, so that one page has one text."""
        values = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "body"}
        values["fields"] = {
            name: value for name, value in sorted(self.fields.items()) if value not in ("", [])
        }
        lines = [f"{name}: {_as_json(value)}" for name, value in values.items() if value]
        return "\n".join([_FENCE, *lines, _FENCE, "", self.body])

    @property
    def sha256(self) -> str:
        """The hash of its text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def parse(text: str) -> Document:
    """The document of a text; lossless for what `Document.text` gives.

    Raises:
        DocumentError: no front matter, front matter that is no mapping, no title, or a text that is too long.
    """
    text = plain(text)
    if len(text) > LONGEST:
        raise DocumentError(f"The text is longer than {LONGEST:,} characters.")
    match = _FRONT.match(text)
    if match is None:
        raise DocumentError("The text does not begin with front matter between two lines of “---”.")
    values = _front_matter(match[1])
    title = str(values.get("title") or "").strip()
    if not title:
        raise DocumentError("The front matter names no title.")
    return Document(
        title=title,
        kind=str(values.get("kind") or ""),
        summary=str(values.get("summary") or ""),
        **{name: _as_list(values.get(name)) for name in LISTS},
        fields=_as_fields(values.get("fields")),
        body=match[2],
    )


def is_date(text: str) -> bool:
    """Whether it is a day, a month or a year that there is: 2019-05-27, 2019-05, 2019."""
    if not _DATE.match(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - len("2019") :])
    except ValueError:
        return False
    return True


def plain(text: str) -> str:
    """The text with one kind of line end and nothing that a database or a terminal would stumble on."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", errors="replace").decode()


def _front_matter(source: str) -> Mapping[str, Any]:
    try:
        # What we wrote ourselves: a name and JSON on each line, read ten times faster than as YAML.
        pairs = [line.split(": ", 1) for line in source.split("\n")]
        return {name: json.loads(value) for name, value in pairs}
    except (ValueError, RecursionError):
        return _yaml(source)


def _yaml(source: str) -> Mapping[str, Any]:
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(source)):
            raise DocumentError("Aliases are not allowed in front matter.")
        values = yaml.load(source, Loader=_Loader)  # noqa: S506 (a SafeLoader that keeps dates as text)
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(f"The front matter cannot be read: {error}") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise DocumentError("The front matter is no list of names and values.")
    return values


class _Loader(yaml.SafeLoader):
    """YAML without surprises: dates stay the text that was written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _as_json(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False, sort_keys=isinstance(value, dict))
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _as_list(value: object) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(str(item).strip() for item in items if str(item).strip()))


def _as_fields(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    return {
        str(name): [str(item) for item in each] if isinstance(each, list) else str(each)
        for name, each in value.items()
        if each not in (None, "", [])
    }
