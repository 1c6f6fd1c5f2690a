"""The framework as one JSON object a line (id, kind, title, body, infobox, relations), made by others of its sheets."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from encyclopedia.document import plain
from encyclopedia.formats.disarm.rows import LICENCE, SOURCE, Row

_HEADING = re.compile(r"^## (.+)\n+", re.MULTILINE)
_ITEM = re.compile(r"^- (.*?)(?::[ ]*)?$", re.MULTILINE)


def rows(path: Path) -> Iterator[Row]:
    """Every line as an object of the framework.

    Raises:
        ValueError: a line is none; it is named.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            yield _row(number, line)


def _row(number: int, line: str) -> Row:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not {"id", "title", "kind"} <= said.keys():
        raise ValueError(
            f"line {number} is no object with id, title and kind: give the folder of the framework's sheets as CSV, "
            "one of these sheets, or one JSON object a line"
        )
    text, *sections = _HEADING.split(plain(str(said.get("body", ""))))
    return Row(
        id=said["id"],
        kind=said["kind"],
        title=said["title"],
        text=text,
        facts={name: str(value) for name, value in said.get("infobox", {}).items()},
        relations=[(relation, target) for relation, target in said.get("relations", [])],
        notes=_notes(sections),
        stix_id=said.get("stix_id", ""),
        language=said.get("lang", "en"),
        source=said.get("source", SOURCE),
        licence=said.get("licence", LICENCE),
    )


def _notes(sections: Sequence[str]) -> dict[str, list[Any]]:
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return {heading.strip(): _ITEM.findall(text) for heading, text in pairs}
