"""The DISARM framework (CC-BY-SA-4.0) as one JSON object a line, with the ids and relations of its sheets.

A relation whose target is not among the pages stays a link by its id: red, until somebody writes it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from encyclopedia.document import Document, plain
from encyclopedia.formats.incoming import Incoming, IncomingRevision

_KINDS = {
    "actor": "actor",
    "tool": "tool",
    "technique": "technique",
    "countermeasure": "countermeasure",
    "incident": "case-study",
}
# The field of the page that a relation fills, by the kind of the page it starts from.
_RELATIONS = {
    ("countermeasure", "counters"): "techniques",
    ("incident", "uses"): "techniques",
    ("detection", "detects"): "techniques",
    ("technique", "tactic"): "tactic",
}
_FIELDS = {
    "url": "link",
    "by": "by_whom",
    "attributions seen": "attribution",
    "country": "country",
    "year": "date_from",
}
_HEADINGS = {
    "subtechnique-of": "Part of",
    "done-by": "Done by",
    "seen-in": "Seen in",
    "made-by": "Made by",
    "tactic": "Tactic",
    "phase": "Phase",
}
_LONGEST_TITLE = 200


def read(path: Path) -> Iterator[Incoming]:
    """Every object as a page, known by its title and by its id.

    Raises:
        ValueError: a line is no object of the framework.
    """
    with path.open(encoding="utf-8") as file:
        rows = [_row(number, line) for number, line in enumerate(file, 1)]
    slugs = _unique_slugs(rows)
    titles = {row["id"]: row["title"] for row in rows}
    for row in rows:
        document = _document(row, slugs, titles)
        revision = IncomingRevision(
            document, author=row["source"], reason=f"{row['source']}, {row['licence']}"
        )
        key = f"disarm:{row['id']}"
        others = [slugify(row["id"])]
        yield Incoming(key, row["lang"], slugs[row["id"]], [revision], others, framework_id=row["id"])


def _row(number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not {"id", "title", "kind"} <= row.keys():
        raise ValueError(
            f"line {number} is no object with id, title and kind: one JSON object a line is read, no CSV and no STIX"
        )
    return row


def _unique_slugs(rows: list[dict[str, Any]]) -> dict[str, str]:
    taken: set[str] = set()
    slugs: dict[str, str] = {}
    for row in rows:
        slug = slugify(row["title"])[:120] or slugify(row["id"])
        slugs[row["id"]] = slug = slug if slug not in taken else f"{slug}-{slugify(row['id'])}"
        taken.add(slug)
    return slugs


def _document(row: Mapping[str, Any], slugs: Mapping[str, str], titles: Mapping[str, str]) -> Document:
    kind = _KINDS.get(row["kind"], "concept")
    fields: dict[str, Any] = {"framework_id": row["id"], "stix_id": row["stix_id"]}
    for name, value in row["infobox"].items():
        fields[_FIELDS.get(name, slugify(name).replace("-", "_"))] = plain(str(value))
    lines: list[str] = []
    for relation, target in row["relations"]:
        name = _link(target, slugs, titles)
        field = _RELATIONS.get((row["kind"], relation))
        if field:
            named = fields.get(field, [])
            # The table has a column of the same name beside some relations; the relation is the one that leads on.
            fields[field] = [*(named if isinstance(named, list) else []), name]
        elif relation in _HEADINGS:
            lines.append(f"- {_HEADINGS[relation]}: [[{name}]]")
    body = plain(row["body"]).strip()
    return Document(
        title=plain(row["title"]).strip()[:_LONGEST_TITLE] or row["id"],
        kind=kind,
        summary=" ".join(plain(row["summary"]).split())[:600],
        tags=("DISARM", f"DISARM {row['kind']}"),
        fields=fields,
        body="\n\n".join(part for part in (body, "\n".join(lines)) if part) + "\n",
    )


def _link(target: str, slugs: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """The name a target is linked by: its id, which stays when its title changes."""
    return target if target in slugs or target not in titles else titles[target]
