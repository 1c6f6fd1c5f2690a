"""A source document as a person writes it, a line for each part, and as a declaration has it. Pure.

A line is a CSS selector; one that begins with { is a range, such as {"startBefore": "#a", "endAfter": "#b"}, or, among
filters, one with its parameters.
"""

import json
from collections.abc import Mapping

from terms_tracker.extraction import DeclarationError

Part = str | dict[str, object]
Document = dict[str, object]
_MOST_LINES = 50
LISTED = ("select", "remove", "filter")


def parts_of(text: str, field: str) -> list[Part]:
    """The parts that stand in these lines, fifty at most.

    Raises:
        DeclarationError: a line that begins with { is no JSON object.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [_part(line, f"{field}[{place}]") for place, line in enumerate(lines[:_MOST_LINES])]


def _part(line: str, field: str) -> Part:
    if not line.startswith("{"):
        return line
    try:
        read: object = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise DeclarationError(field, f"“{line}” is no range: {error}") from None
    if not isinstance(read, dict):  # pragma: no cover - what begins with { is an object, or no JSON
        raise DeclarationError(field, f"“{line}” is no range")
    return read


def lines_of(value: object) -> str:
    """A declared value as lines."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return "\n".join(each if isinstance(each, str) else _shown(each) for each in listed)


def document_of(fields: Mapping[str, object]) -> Document:
    """The declared document that was written in these fields.

    Args:
        fields: `address`, then lines in `select`, `remove` and `filter`, and whether `scripts` must run.

    Raises:
        DeclarationError: a line cannot be read.
    """
    document: Document = {"fetch": fields["address"]}
    for name in LISTED:
        if parts := parts_of(str(fields.get(name) or ""), name):
            document[name] = parts[0] if len(parts) == 1 and name != "filter" else parts
    if fields.get("scripts"):
        document["executeClientScripts"] = True
    return document


def fields_of(document: Mapping[str, object]) -> dict[str, object]:
    """The fields that a declared document is written in."""
    fields: dict[str, object] = {"address": document.get("fetch", "")}
    fields |= {name: lines_of(document.get(name)) for name in LISTED}
    return {**fields, "scripts": document.get("executeClientScripts") is True}


def documents_of(declared: Mapping[str, object]) -> list[Document]:
    """The documents of declared terms, each with what they have in common."""
    combined = declared.get("combine")
    if not isinstance(combined, list):
        return [dict(declared)]
    common = {name: value for name, value in declared.items() if name != "combine"}
    return [{**common, **each} for each in combined if isinstance(each, dict)]


def declared_as(documents: list[Document]) -> Document:
    """The declaration of terms that are made of these documents."""
    return documents[0] if len(documents) == 1 else {"combine": documents}


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
