"""Techniques, countermeasures, actors, tools and case studies as a STIX 2.1 bundle (OASIS, 10 June 2021)."""

import json
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
# What the field of a kind says of the pages it names: the STIX relationship, and whether it is read the other way.
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


def bundle(entries: Iterable[Entry], *, resolve: Mapping[str, str]) -> dict[str, Any]:
    """The bundle; `resolve` gives the permalink of a name that a field holds, where there is such a page.

    Kinds that STIX has no object for are left out, and so are relations to pages that are not in the bundle.
    """
    known = {entry.url: entry for entry in entries if entry.document.kind in _TYPES}
    objects = [_object(entry) for entry in known.values()]
    ids = {entry.url: made["id"] for entry, made in zip(known.values(), objects, strict=True)}
    relations = [each for entry in known.values() for each in _relations(entry, ids, resolve)]
    return {
        "type": "bundle",
        "id": f"bundle--{_uuid('bundle', *sorted(ids))}",
        "objects": [*objects, *relations],
    }


def _object(entry: Entry) -> dict[str, Any]:
    document = entry.document
    kind = _TYPES[document.kind]
    made: dict[str, Any] = {
        "type": kind,
        "spec_version": "2.1",
        "id": document.fields.get("stix_id") or f"{kind}--{_uuid(entry.url)}",
        "created": _time(entry.created_at),
        "modified": _time(entry.changed_at),
        "name": document.title,
        "description": document.summary or document.body[:1_000],
        "external_references": [_reference(entry)],
    }
    if kind == "identity":
        made["identity_class"] = "organization"
    return {name: value for name, value in made.items() if value}


def _reference(entry: Entry) -> dict[str, str]:
    reference = {"source_name": "Disinfo encyclopedia", "url": entry.url}
    if number := entry.document.fields.get("framework_id"):
        reference["external_id"] = str(number)
    return reference


def _relations(entry: Entry, ids: Mapping[str, str], resolve: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for (kind, field), verb in _RELATIONS.items():
        names = entry.document.fields.get(field, []) if entry.document.kind == kind else []
        for name in names if isinstance(names, list) else [names]:
            target = ids.get(resolve.get(name, ""))
            if target:
                yield {
                    "type": "relationship",
                    "spec_version": "2.1",
                    "id": f"relationship--{_uuid(ids[entry.url], verb, target)}",
                    "created": _time(entry.changed_at),
                    "modified": _time(entry.changed_at),
                    "relationship_type": verb,
                    "source_ref": ids[entry.url],
                    "target_ref": target,
                }


def _uuid(*parts: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, json.dumps(parts))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
