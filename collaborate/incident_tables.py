"""Incidents as rows for spreadsheets and programs."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from collaborate import incident_stix
from collaborate.models import Address, Incident

BOARD = (
    *(
        "id",
        "name",
        "state",
        "severity",
        "is_exercise",
        "detected_at",
        "qualified_at",
        "responding_at",
        "closed_at",
    ),
    *("minutes_to_qualify", "minutes_to_respond", "takedowns", "takedowns_gone", "url"),
)
FACTS = ("kind", "at", "text", "detail", "address", "sha256", "gone_since", "platform", "minutes")


def board(incidents: Iterable[Incident]) -> Iterator[Mapping[str, Any]]:
    """One row an incident."""
    for each in incidents:
        requests = [row for row in each.takedowns.all() if not row.withdrawn_at]
        yield {
            "id": each.pk,
            "name": each.room.name,
            "state": each.state,
            "severity": each.severity,
            "is_exercise": each.is_exercise,
            **{name: _iso(getattr(each, name)) for name in BOARD[5:9]},
            "minutes_to_qualify": _minutes(each.time_to_qualify),
            "minutes_to_respond": _minutes(each.time_to_respond),
            "takedowns": len(requests),
            "takedowns_gone": sum(1 for row in requests if row.gone_at),
            "url": f"{settings.SITE_URL}{each.get_absolute_url()}",
        }


def facts(incident: Incident) -> Iterator[Mapping[str, Any]]:
    """One row a fact of one incident: claims, criteria, techniques, addresses, requests."""
    for claim in incident.claims.order_by("pk"):
        yield {
            "kind": "claim",
            "at": _iso(claim.first_seen_at),
            "text": claim.text,
            "detail": f"{claim.verdict} {claim.reason}".strip(),
        }
    for vote in incident.votes.select_related("organisation").order_by("pk"):
        yield {
            "kind": "criterion",
            "at": _iso(vote.at),
            "text": f"{vote.criterion}: {vote.answer}",
            "detail": f"{vote.organisation}: {vote.reason}",
        }
    for technique in incident.techniques.order_by("pk"):
        yield {
            "kind": "technique",
            "at": _iso(technique.decided_at),
            "text": str(technique),
            "detail": technique.state,
        }
    for address in Address.objects.of(incident):
        yield {
            "kind": "address",
            "at": _iso(address.first_seen_at),
            "address": address.link.url,
            "sha256": address.sha256,
            "gone_since": _iso(address.gone_since),
        }
    for row in incident.takedowns.select_related("address__link").order_by("pk"):
        yield {
            "kind": "takedown",
            "at": _iso(row.sent_at),
            "text": row.reference,
            "address": row.address.link.url,
            "gone_since": _iso(row.gone_at),
            "platform": row.platform,
            "minutes": row.minutes,
        }


def stix(incident: Incident) -> dict[str, Any]:
    """The incident as a STIX bundle."""
    last = incident.log.order_by("-number").values_list("at", flat=True).first()
    claims = incident.claims.order_by("pk")
    return incident_stix.bundle(
        incident_stix.Exported(
            url=f"{settings.SITE_URL}{incident.get_absolute_url()}",
            name=incident.room.name,
            state=incident.state,
            tlp=incident.room.tlp,
            detected_at=incident.detected_at,
            changed_at=last or incident.detected_at,
            closed_at=incident.closed_at,
            is_exercise=incident.is_exercise,
            techniques=[(each.code, each.name) for each in incident.techniques.accepted()],
            claims=[
                incident_stix.Fact(each.text, f"{each.get_verdict_display()}. {each.reason}")
                for each in claims
            ],
            addresses=[
                incident_stix.Fact(each.link.url, each.sha256, each.first_seen_at)
                for each in Address.objects.of(incident)
            ],
        )
    )


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _minutes(duration: Any) -> float | str:
    return round(duration.total_seconds() / 60, 1) if duration is not None else ""
