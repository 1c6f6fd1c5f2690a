"""Techniques, countermeasures, actors, tools and case studies as a STIX 2.1 bundle (OASIS, 10 June 2021)."""

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from encyclopedia.document import Document

# Ours, so that one page has one id in every export (STIX 2.1 §2.9 asks for UUIDv5 or v4).
_NAMESPACE = uuid.UUID("6a0d3f8e-2c1b-5d47-9f0a-3b8a1f6e7c21")
_TYPES = {
    "technique": "attack-pattern",
    "countermeasure": "course-of-action",
    "actor": "identity",
    "tool": "tool",
    "case-study": "campaign",
}
KINDS = frozenset(_TYPES)
"""The kinds of pages that STIX has an object for."""
_LONGEST_DESCRIPTION = 5_000
_ID = re.compile(r"^[a-z-]+--[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
# What the field of a kind says of the pages it names: the STIX relationship.
_RELATIONS = {
    ("case-study", "techniques"): "uses",
    ("countermeasure", "techniques"): "mitigates",
}


@dataclass(frozen=True)
class Entry:
    """A page to be exported: its permalink, its text, its dates."""

    url: str
    document: Document
    created_at: datetime
    changed_at: datetime


def id_of(kind: str, fields: Mapping[str, Any], url: str) -> str:
    """The id of a page of this kind: the one it was imported with, else one made of its permalink."""
    own = str(fields.get("stix_id") or "")
    return own if _ID.match(own) and own.startswith(f"{_TYPES[kind]}--") else f"{_TYPES[kind]}--{_uuid(url)}"


def object_of(entry: Entry) -> dict[str, Any]:
    """The STIX object of a page of one of KINDS."""
    document = entry.document
    kind = _TYPES[document.kind]
    made: dict[str, Any] = {
        "type": kind,
        "spec_version": "2.1",
        "id": id_of(document.kind, document.fields, entry.url),
        "created": _time(entry.created_at),
        "modified": _time(entry.changed_at),
        "name": document.title,
        "description": _description(document),
        "external_references": [_reference(entry)],
    }
    if kind == "identity":
        made["identity_class"] = "organization"
    return {name: value for name, value in made.items() if value}


def _description(document: Document) -> str:
    """The summary; the body where the summary is its beginning."""
    said = " ".join(document.body.split())
    begins = document.summary.removesuffix("…")
    return document.body[:_LONGEST_DESCRIPTION] if said.startswith(begins) else document.summary


def _reference(entry: Entry) -> dict[str, str]:
    reference = {"source_name": "Disinfo encyclopedia", "url": entry.url}
    if number := entry.document.fields.get("framework_id"):
        reference["external_id"] = str(number)
    return reference


def named_by(document: Document) -> Iterator[tuple[str, str]]:
    """What the fields of a page relate it to: (STIX relationship, name of the other page)."""
    for (kind, field), verb in _RELATIONS.items():
        names = document.fields.get(field, []) if document.kind == kind else []
        for name in names if isinstance(names, list) else [names]:
            yield verb, name


def relations_of(entry: Entry, ids: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A relationship for each page that the entry names, once; `ids` gives the STIX id of a name, where it has one."""
    source = id_of(entry.document.kind, entry.document.fields, entry.url)
    for verb, target in sorted({(verb, ids.get(name, "")) for verb, name in named_by(entry.document)}):
        if target:
            yield {
                "type": "relationship",
                "spec_version": "2.1",
                "id": f"relationship--{_uuid(source, verb, target)}",
                "created": _time(entry.changed_at),
                "modified": _time(entry.changed_at),
                "relationship_type": verb,
                "source_ref": source,
                "target_ref": target,
            }


def lines(objects: Iterable[Mapping[str, Any]], *key: str) -> Iterator[str]:
    """The text of a bundle of these objects, an object a line and never more than one held; its id is made of `key`."""
    yield f'{{"type": "bundle", "id": "bundle--{_uuid("bundle", *key)}", "objects": [\n'
    separator = ""
    for each in objects:
        yield separator + json.dumps(each, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def bundle(objects: Iterable[Mapping[str, Any]], *key: str) -> dict[str, Any]:
    """The bundle of a few objects, without the relations that lead to what is not among them."""
    kept = list(objects)
    ids = {each["id"] for each in kept}
    made: dict[str, Any] = json.loads(
        "".join(lines((each for each in kept if each.get("target_ref") in {None, *ids}), *key))
    )
    return made


def _uuid(*parts: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, json.dumps(parts))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
