"""Bluesky's AppView and a Mastodon server on the loopback, as far as looking accounts up goes."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers import Answer, Request, Server

JSON = {"Content-Type": "application/json; charset=utf-8"}
_BLUESKY_ERRORS = {
    "takendown": ("AccountTakedown", "Account has been suspended"),
    "deactivated": ("AccountDeactivated", "Account is deactivated"),
    "gone": ("InvalidRequest", "Profile not found"),
}


class AnyPath(dict[str, Any]):
    """Answers whatever the path by one function."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self._answer = answer

    def get(self, _path: str, _default: Any = None) -> Any:
        """The function, for every path."""
        return self._answer


class FakeBluesky:
    """Profiles by identifier: a handle, or how the account is away ("takendown", "deactivated", "gone")."""

    def __init__(self, server: Server, accounts: dict[str, str]) -> None:
        self.accounts, self.is_down = accounts, False
        server.answers = AnyPath(self.answer)

    def answer(self, request: Request) -> Answer:
        """As the AppView does: a list leaves out who is away, a single look-up says why."""
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        if self.is_down:
            return Answer("no", 502)
        if parts.path.endswith("app.bsky.actor.getProfiles"):
            assert len(query["actors"]) <= 25
            there = [
                name for name in query["actors"] if self.accounts.get(name, "gone") not in _BLUESKY_ERRORS
            ]
            return Answer(json.dumps({"profiles": [self._profile(name) for name in there]}), headers=JSON)
        name = query["actor"][0]
        state = self.accounts.get(name, "gone")
        if state in _BLUESKY_ERRORS:
            error, message = _BLUESKY_ERRORS[state]
            return Answer(json.dumps({"error": error, "message": message}), 400, JSON)
        return Answer(json.dumps(self._profile(name)), headers=JSON)

    def _profile(self, name: str) -> dict[str, Any]:
        return {
            "did": name,
            "handle": self.accounts[name],
            "createdAt": "2026-01-02T03:04:05.000Z",
            "followersCount": 5,
            "followsCount": 700,
            "postsCount": 9,
        }


class FakeMastodon:
    """Accounts by name@host: a status to answer with, or what is changed of a plain account."""

    def __init__(self, server: Server, accounts: dict[str, int | dict[str, Any]]) -> None:
        self.accounts = accounts
        server.answers = AnyPath(self.answer)

    def answer(self, request: Request) -> Answer:
        """As a server does."""
        handle = parse_qs(urlsplit(request.path).query)["acct"][0]
        found = self.accounts.get(handle, 404)
        if isinstance(found, int):
            return Answer(json.dumps({"error": "Record not found"}), found, JSON)
        plain = {
            "acct": handle,
            "created_at": "2026-01-02T00:00:00.000Z",
            "followers_count": 5,
            "following_count": 700,
            "statuses_count": 9,
        }
        return Answer(json.dumps(plain | found), headers=JSON)
