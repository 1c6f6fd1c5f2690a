"""Asking collections elsewhere what they track: once a day; one that does not answer keeps what it said before."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from disinfo import fetcher
from disinfo.leases import lease
from disinfo.safe_http import FetchError
from terms_tracker.models import Peer

_LEASE_SECONDS = 600
_MOST_BYTES = 20_000_000
_MOST_SERVICES, _MOST_TYPES = 20_000, 200


@dataclass(frozen=True)
class Found:
    """A service that a collection elsewhere tracks."""

    peer: Peer
    id: str
    name: str
    types: tuple[str, ...]

    @property
    def url(self) -> str:
        """What its collection says of it."""
        return f"{self.peer.endpoint.rstrip('/')}/service/{self.id}"


def refresh_all() -> int:
    """Ask every collection; gives how many answered. One worker at a time."""
    answered = 0
    with lease("terms-federation", seconds=_LEASE_SECONDS) as held:
        if not held:
            return 0
        for peer in Peer.objects.active():
            answered += refresh(peer=peer)
            held.renew()
    return answered


def refresh(*, peer: Peer) -> bool:
    """Ask one collection; what it answers replaces what it said, an answer that cannot be is only noted."""
    try:
        metadata, services = _asked(peer, "metadata"), _services(_asked(peer, "services"))
    except (FetchError, ValueError) as error:
        peer.problem = (str(error) or type(error).__name__)[:300]
        peer.save(update_fields=["problem"])
        return False
    peer.metadata = metadata if isinstance(metadata, dict) else {}
    peer.services, peer.problem, peer.read_at = services, "", timezone.now()
    peer.save(update_fields=["metadata", "services", "problem", "read_at"])
    return True


def _asked(peer: Peer, what: str) -> Any:
    address = f"{peer.endpoint.rstrip('/')}/{what}"
    answer = fetcher.client().get(address, accept="application/json", max_bytes=_MOST_BYTES)
    try:
        return json.loads(answer.content)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError("it answers something that is no JSON") from error


def _services(value: Any) -> list[dict[str, Any]]:
    """What is kept of a list of services.

    Raises ValueError when it is none.
    """
    if not isinstance(value, list):
        raise ValueError("it answers something that is no list of services")
    kept = []
    for each in value[:_MOST_SERVICES]:
        if not isinstance(each, dict) or not isinstance(each.get("id"), str):
            raise ValueError("it lists something that is no service")
        listed = each.get("terms")
        types = [
            str(terms["type"])[:120]
            for terms in (listed if isinstance(listed, list) else [])[:_MOST_TYPES]
            if isinstance(terms, dict) and terms.get("type")
        ]
        kept.append(
            {"id": each["id"][:200], "name": str(each.get("name") or each["id"])[:200], "types": types}
        )
    return kept


def find(*, name: str = "", terms_type: str = "", service: str = "") -> Iterator[Found]:
    """The services elsewhere with these words in their name, this very type of terms, or this very identifier."""
    wanted = name.casefold().strip()
    for peer in Peer.objects.active():
        for each in peer.services:
            is_named = wanted in each["name"].casefold() or wanted in each["id"].casefold()
            is_typed = not terms_type or terms_type in each["types"]
            if is_named and is_typed and service in ("", each["id"]):
                yield Found(peer, each["id"], each["name"], tuple(each["types"]))
