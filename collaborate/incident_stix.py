"""An incident as a STIX 2.1 bundle (OASIS, 10 June 2021). Pure: values in, JSON values out; names of people never."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# Ours, so that one thing has one id in every export (STIX 2.1 §2.9).
_NAMESPACE = uuid.UUID("3c0a2a0e-8d3f-5b57-9a44-6f3f5f0b7a10")
# Fixed by the standard for each mark of TLP 1 (§7.2.1.4); TLP 2 names are mapped to the nearest not freer one.
_TLP = {
    "clear": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "amber+strict": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}


@dataclass(frozen=True)
class Fact:
    """A claim, with its verdict in words, or an address, with the hash of its copy."""

    text: str
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Exported:
    """What is exported of an incident."""

    url: str
    name: str
    state: str
    tlp: str
    detected_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None
    is_exercise: bool = False
    techniques: Sequence[tuple[str, str]] = ()
    claims: Sequence[Fact] = ()
    addresses: Sequence[Fact] = ()


def bundle(incident: Exported) -> dict[str, Any]:
    """The bundle: the incident, its techniques, its addresses as observed data, its claims as notes."""
    own = _incident(incident)
    objects = [own, *_techniques(incident, own["id"]), *_observed(incident), *_notes(incident, own["id"])]
    if marking := _TLP.get(incident.tlp):
        for each in objects:
            each["object_marking_refs"] = [marking]
    return {
        "type": "bundle",
        "id": _id("bundle", incident.url, _time(incident.changed_at)),
        "objects": objects,
    }


def _incident(incident: Exported) -> dict[str, Any]:
    labels = [incident.state, *(["exercise"] if incident.is_exercise else [])]
    end = {"last_seen": _time(incident.closed_at)} if incident.closed_at else {}
    # A campaign, as the encyclopedia's case studies are: STIX 2.1 defines its incident as a stub only (§4.9).
    return _made(
        "campaign",
        incident,
        incident.url,
        name=incident.name,
        first_seen=_time(incident.detected_at),
        labels=labels,
        external_references=[{"source_name": "Disinfo", "url": incident.url}],
        **end,
    )


def _techniques(incident: Exported, own: str) -> Iterator[dict[str, Any]]:
    for code, name in incident.techniques:
        reference = {"source_name": "DISARM", "external_id": code}
        made = _made("attack-pattern", incident, code, name=name or code, external_references=[reference])
        yield made
        yield _made(
            "relationship", incident, f"{incident.url} uses {code}",
            relationship_type="uses", source_ref=own, target_ref=made["id"],
        )  # fmt: skip


def _observed(incident: Exported) -> Iterator[dict[str, Any]]:
    for each in incident.addresses:
        # Deterministic as §3.4 asks: of the type and the value.
        url = {"type": "url", "spec_version": "2.1", "id": _id("url", each.text), "value": each.text}
        yield url
        at = _time(each.at or incident.detected_at)
        extra = {"labels": [f"sha256:{each.detail}"]} if each.detail else {}
        yield _made(
            "observed-data", incident, f"{incident.url} {each.text}",
            first_observed=at, last_observed=at, number_observed=1, object_refs=[url["id"]], **extra,
        )  # fmt: skip


def _notes(incident: Exported, own: str) -> Iterator[dict[str, Any]]:
    for each in incident.claims:
        content = f"{each.text}\n\n{each.detail}".strip()
        yield _made(
            "note",
            incident,
            f"{incident.url} {each.text}",
            abstract="claim",
            content=content,
            object_refs=[own],
        )


def _made(kind: str, incident: Exported, key: str, **values: Any) -> dict[str, Any]:
    dates = {"created": _time(incident.detected_at), "modified": _time(incident.changed_at)}
    return {"type": kind, "spec_version": "2.1", "id": _id(kind, key), **dates, **values}


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(_NAMESPACE, json.dumps([kind, *parts]))}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
