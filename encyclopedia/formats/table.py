"""Rows of a spreadsheet (CSV) or a list of JSON objects as pages, by a map from what a page has to columns."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from disinfo.countries import code_of
from encyclopedia.document import LISTS, Document, plain
from encyclopedia.formats import separated
from encyclopedia.formats.incoming import Incoming, IncomingRevision, Refused

_FIELD = "fields."
_TEXTS = ("title", "summary", "body")
_LONGEST_TITLE = 200
# Pages are found by the codes of countries; what is none is kept as it is.
_READ = {"countries": code_of}
_SEPARATOR = re.compile(r"\s*[;\n]\s*")


class ColumnMapError(ValueError):
    """A map that names what a page does not have, or a column that the file does not have."""


def read(
    path: Path, *, kind: str, columns: Mapping[str, str], language: str = "en"
) -> Iterator[Incoming | Refused]:
    """Each row as a page of this kind, known again by its title; a row that is no page is refused with its line.

    `columns` maps title, summary, body, a list of words (phases, tags…) or fields.<code> to the name of a column.
    Several values in a cell are separated by semicolons.

    Raises:
        ColumnMapError: the map is wrong.
        ValueError: the file is no CSV or JSON.
    """
    _check(columns)
    taken: dict[str, str] = {}
    for place, row in _rows(path, set(columns.values())):
        title = " ".join(plain(_text(row.get(columns["title"]))).split())
        slug = slugify(title)[:120]
        if not slug:
            yield Refused(place, "the row has no title")
        elif len(title) > _LONGEST_TITLE:
            yield Refused(place, f"the title is longer than {_LONGEST_TITLE} characters")
        elif slug in taken:
            yield Refused(place, f"the title is that of {taken[slug]}")
        else:
            taken[slug] = place
            revision = IncomingRevision(_document(title, kind, columns, row), reason=path.name)
            yield Incoming(f"table:{kind}:{language}/{slug}", language, slug, [revision])


def _check(columns: Mapping[str, str]) -> None:
    if "title" not in columns:
        raise ColumnMapError("The map says no column for the title: title=NAME OF THE COLUMN.")
    known = {*_TEXTS, *LISTS}
    for name in columns:
        if name not in known and not name.startswith(_FIELD):
            offered = ", ".join(each.name for each in fields(Document) if each.name in known)
            raise ColumnMapError(f"A page has no “{name}”; it has {offered} and {_FIELD}<code>.")


def _document(title: str, kind: str, columns: Mapping[str, str], row: Mapping[str, Any]) -> Document:
    said = {name: plain(_text(row.get(column))).strip() for name, column in columns.items()}
    return Document(
        title=title,
        kind=kind,
        summary=" ".join(said.get("summary", "").split())[:600],
        **{name: _several(said.get(name, ""), _READ.get(name)) for name in LISTS},
        fields={
            name.removeprefix(_FIELD): said[name] for name in said if name.startswith(_FIELD) and said[name]
        },
        body=said.get("body", "") + "\n" if said.get("body") else "",
    )


def _several(text: str, read: Callable[[str], str] | None) -> tuple[str, ...]:
    words = (each[:80] for each in _SEPARATOR.split(text) if each)
    return tuple(dict.fromkeys((read and read(each)) or each for each in words))


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _rows(path: Path, wanted: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return _json(path, wanted) if path.suffix.lower() == ".json" else _csv(path, wanted)


def _csv(path: Path, wanted: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with separated.rows(path) as rows:
        _need(wanted, set(rows.fieldnames or ()))
        for row in rows:
            yield f"line {rows.line_num}", row


def _json(path: Path, wanted: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("the file is no list of objects")
    _need(wanted, {name for row in rows for name in row})
    for number, row in enumerate(rows, 1):
        yield f"item {number}", row


def _need(wanted: set[str], there: set[str]) -> None:
    if missing := sorted(wanted - there):
        raise ColumnMapError(
            f"There is no column {', '.join(missing)}; there are {', '.join(sorted(there))}."
        )
