"""Looking at accounts again, on the networks that ask no money: what each says of those that are no longer there.

Sources: docs.bsky.app (app.bsky.actor.getProfiles, getProfile), docs.joinmastodon.org/methods/accounts (lookup).
"""

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from botdetect.churn import GONE, SUSPENDED, Sighting
from botdetect.formats import Profile
from botdetect.values import RowError, moment, natural
from disinfo import safe_http

Get = Callable[..., safe_http.Response]

MOST_OF_BLUESKY = 25
"""How many profiles one call gives."""

_BLUESKY_AWAY = {"AccountTakedown": SUSPENDED, "AccountDeactivated": GONE, "InvalidRequest": GONE}
_MASTODON_AWAY = {403: SUSPENDED, 404: GONE, 410: GONE}


def bluesky(address: str, get: Get, names: Sequence[str]) -> dict[str, Sighting]:
    """What the AppView at this address says of at most 25 identifiers (did:…).

    The list leaves out whoever is not there: each of these is asked for alone, which tells why. One whose answer cannot
    be read is left out. Raises FetchError.
    """
    query = urlencode([("actors", name) for name in names])
    rows = _json(get(f"{address}/xrpc/app.bsky.actor.getProfiles?{query}").content).get("profiles")
    found = {
        str(row["did"]): Sighting(profile=_bluesky_profile(row))
        for row in rows or ()
        if isinstance(row, dict) and row.get("did") in names
    }
    for name in names:
        if name not in found and (alone := _bluesky_alone(address, get, name)):
            found[name] = alone
    return found


def _bluesky_alone(address: str, get: Get, name: str) -> Sighting | None:
    try:
        row = _json(get(f"{address}/xrpc/app.bsky.actor.getProfile?{urlencode({'actor': name})}").content)
    except safe_http.HttpStatusError as error:
        if error.status != 400:
            raise
        away = _BLUESKY_AWAY.get(str(_json(error.content).get("error")))
        return Sighting(away=away) if away else None
    return Sighting(profile=_bluesky_profile(row)) if row.get("did") == name else None


def _bluesky_profile(row: dict[str, Any]) -> Profile:
    return Profile(
        str(row.get("handle") or ""),
        _moment(row.get("createdAt")),
        natural(row.get("followersCount")),
        natural(row.get("followsCount")),
        natural(row.get("postsCount")),
    )


def mastodon(address: str, get: Get, handle: str) -> Sighting | None:
    """What the server at this address says of name@host; None when its answer cannot be read. Raises FetchError."""
    try:
        row = _json(get(f"{address}/api/v1/accounts/lookup?acct={quote(handle, safe='@')}").content)
    except safe_http.HttpStatusError as error:
        if error.status not in _MASTODON_AWAY:
            raise
        return Sighting(away=_MASTODON_AWAY[error.status])
    if row.get("suspended"):
        return Sighting(away=SUSPENDED)
    if not row.get("acct"):
        return None
    profile = Profile(
        handle,  # a name on Mastodon never changes; who moves says so
        _moment(row.get("created_at")),
        natural(row.get("followers_count")),
        natural(row.get("following_count")),
        natural(row.get("statuses_count")),
    )
    return Sighting(profile=profile, moved=bool(row.get("moved")))


def _json(content: bytes) -> dict[str, Any]:
    """An object; an empty one for anything else."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _moment(value: object) -> float | None:
    try:
        return moment(value)
    except RowError:
        return None
