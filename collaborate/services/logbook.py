"""Writing the log of an incident: one line after the other, each holding the hash of the one before.

Rows are locked in one order, or two people would wait for each other: addresses (by key), requests, then claims,
techniques and steps, then the incident, which every line of the log locks, then its room.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import transaction
from django.utils import timezone

from collaborate import incident_log
from collaborate.models import Bot, Incident, LogEntry
from collaborate.services import posting
from collaborate.services.refusals import RefusedError
from disinfo.accounts.models import User


@transaction.atomic
def write(
    incident: Incident, kind: LogEntry.Kind, text: str, *, actor: User | None = None, **data: Any
) -> LogEntry:
    """Add a line; `data` holds what a program may want of it, in JSON values. No actor: the portal itself.

    The incident's row is locked until the transaction ends, so that numbers have no gap and no double.
    """
    locked = Incident.objects.select_for_update(of=("self",)).select_related("room").get(pk=incident.pk)
    voice = posting.voice_of(actor, locked.room) if actor else None
    entry = LogEntry(
        incident=locked,
        number=locked.log_count + 1,
        at=timezone.now(),
        kind=kind,
        author=str(actor)[:200] if actor else "",
        organisation=voice.name if voice else "",
        text=text,
        data=data,
        previous=locked.log_head,
    )
    entry.hash = incident_log.digest(as_line(entry))
    entry.save()
    Incident.objects.filter(pk=locked.pk).update(log_count=entry.number, log_head=entry.hash)
    incident.log_count, incident.log_head = entry.number, entry.hash
    return entry


def as_line(entry: LogEntry) -> dict[str, Any]:
    """An entry as it is hashed and exported; without a hash while it has none."""
    line = {
        "incident": entry.incident_id,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": str(entry.kind),
        "author": entry.author,
        "organisation": entry.organisation,
        "text": entry.text,
        "data": entry.data,
        "previous": entry.previous,
    }
    return line | {"hash": entry.hash} if entry.hash else line


def lines(incident: Incident) -> Iterator[dict[str, Any]]:
    """The whole log, the first entry first."""
    return (as_line(entry) for entry in incident.log.order_by("number").iterator())


def say(incident: Incident, text: str, *, nonce: str = "") -> None:
    """Tell the room, in the portal's voice; a room closed for writing is not told."""
    try:
        posting.post(
            room=incident.room,
            author=Bot.objects.portal().user,
            text=text,
            nonce=nonce,
            tlp=incident.room.tlp,
        )
    except RefusedError:
        return
