"""X's API v2 on the loopback: the real protocol in shape, invented people, and the moods of a real server."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

FIRST_POST, FIRST_USER = 1_900_000_000_000_000_000, 1_800_000_000_000_000_000
RANGES = {"search": (10, 100), "tweets": (5, 100), "followers": (1, 1000), "following": (1, 1000)}
HALF, SAME, NOTHING = "half", "same", "nothing"


@dataclass
class Mood:
    """What the server does instead of answering: a status with headers and body, or half an answer."""

    status: int | str
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class FakeX:
    """Posts, people and who follows whom; `moods` come first, one a request, None for a good answer."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    follows: dict[str, list[str]] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    moods: list[Mood | None] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    billed: dict[str, int] = field(default_factory=lambda: {"post": 0, "user": 0, "follow": 0, "count": 0})
    page: int = 1000
    expired: set[str] = field(default_factory=set)
    address: str = ""

    def post(self, number: int, author: int, **changed: Any) -> None:
        """Add post `number`, newer than those before."""
        row = {
            "id": str(FIRST_POST + number),
            "author_id": str(FIRST_USER + author),
            "created_at": f"2026-11-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
            "text": f"invented words {number}",
            "entities": {"urls": [{"expanded_url": f"https://news.example/{number // 4}"}]},
        }
        self.posts.append(row | changed)

    def person(self, number: int, **changed: Any) -> str:
        """Add a person; gives the identifier."""
        name = str(FIRST_USER + number)
        metrics = {"followers_count": 3, "following_count": 400, "tweet_count": 2} | changed.pop(
            "metrics", {}
        )
        row = {
            "id": name,
            "username": f"person{number}",
            "name": f"Person {number}",
            "created_at": "2026-11-10T00:00:00.000Z",
            "protected": False,
            "public_metrics": metrics,
        }
        self.people[name] = row | changed
        return name

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The status and JSON of a good request."""
        parts = path.strip("/").split("/")
        if parts[1:3] == ["tweets", "search"]:
            return self._paged("search", self._matching(query), query, "next_token", "post")
        if parts[1:3] == ["tweets", "counts"]:
            self.billed["count"] += 1
            return 200, {"data": [], "meta": {"total_tweet_count": len(self._matching(query))}}
        if parts[1] == "users" and len(parts) == 4:
            return self._of_user(parts[2], parts[3], query)
        if parts[1] == "users":
            return self._lookup(query)
        return 404, {"title": "Not Found"}

    def _matching(self, query: dict[str, str]) -> list[dict[str, Any]]:
        since, until = int(query.get("since_id", 0)), int(query.get("until_id", 1 << 63))
        return [post for post in reversed(self.posts) if since < int(post["id"]) < until]

    def _of_user(self, name: str, what: str, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if name in self.suspended or self.people.get(name, {}).get("protected"):
            return 200, {"errors": [self._error(name)]}
        if what == "tweets":
            rows = [post for post in self._matching(query) if post["author_id"] == name]
            return self._paged("tweets", rows, query, "pagination_token", "post")
        if what == "followers":
            names = [who for who, whom in self.follows.items() if name in whom]
        else:
            names = self.follows.get(name, [])
        rows = [self.people[each] for each in names if each not in self.suspended]
        return self._paged(what, rows, query, "pagination_token", "follow")

    def _error(self, name: str) -> dict[str, Any]:
        kind = {"resource_type": "user", "resource_id": name, "value": name, "parameter": "ids"}
        if name in self.suspended:
            return kind | {"title": "Forbidden", "detail": f"User has been suspended: [{name}]."}
        if self.people.get(name, {}).get("protected"):
            return kind | {
                "title": "Authorization Error",
                "detail": "Sorry, you are not authorized to see the user.",
            }
        return kind | {"title": "Not Found Error", "detail": f"Could not find user with ids: [{name}]."}

    def _lookup(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = (query.get("ids") or query.get("usernames", "")).split(",")
        if not 1 <= len(asked) <= 100:
            return 400, {"errors": [{"message": "too many"}]}
        by_handle = {person["username"].lower(): name for name, person in self.people.items()}
        names = asked if "ids" in query else [by_handle.get(handle.lower(), handle) for handle in asked]
        found = [self.people[name] for name in names if name in self.people and name not in self.suspended]
        lost = [name for name in names if name not in self.people or name in self.suspended]
        self.billed["user"] += len(found)
        answer: dict[str, Any] = {"data": found} if found else {}
        return 200, answer | ({"errors": [self._error(name) for name in lost]} if lost else {})

    def _paged(
        self, kind: str, rows: list[dict[str, Any]], query: dict[str, str], token: str, price: str
    ) -> tuple[int, dict[str, Any]]:
        least, most = RANGES[kind]
        size = int(query["max_results"])
        if not least <= size <= most:
            return 400, {"errors": [{"message": f"max_results must be between {least} and {most}"}]}
        if query.get(token) in self.expired:
            return 400, {"errors": [{"message": f"{token} is no longer valid"}]}
        start = int(query.get(token, "token-0").removeprefix("token-"))
        end = start + min(size, self.page)
        page = rows[start:end]
        self.billed[price] += len(page)
        meta: dict[str, Any] = {"result_count": len(page)}
        if end < len(rows):
            meta["next_token"] = f"token-{end}"
        answer: dict[str, Any] = {"data": page, "meta": meta} if page else {"meta": meta}
        if page and "author_id" in query.get("expansions", ""):
            authors = {post["author_id"] for post in page} & self.people.keys()
            answer["includes"] = {"users": [self.people[name] for name in sorted(authors)]}
            self.billed["user"] += len(authors)
        return 200, answer

    @contextmanager
    def serving(self) -> Iterator["FakeX"]:
        """Answer on the loopback while the block runs."""
        http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.address = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            http.shutdown()
            http.server_close()
            thread.join()


def _handler_of(x: FakeX) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            x.requests.append((parts.path, query))
            mood = x.moods.pop(0) if x.moods else None
            if self.headers.get("Authorization") != "Bearer hush":
                self._say(401, {}, {"title": "Unauthorized", "detail": "Unauthorized"})
            elif mood is not None and isinstance(mood.status, int):
                self._say(mood.status, mood.headers, mood.body)
            else:
                status, answer = x.answer(parts.path, query)
                self._good(status, answer, str(mood.status) if mood else "", query)

        def _good(self, status: int, answer: dict[str, Any], mood: str, query: dict[str, str]) -> None:
            if mood == SAME and "meta" in answer:
                answer["meta"]["next_token"] = (
                    query.get("next_token") or query.get("pagination_token") or "token-0"
                )
            self._say(status, {}, {} if mood == NOTHING else answer, is_half=mood == HALF)

        def _say(
            self, status: int, headers: dict[str, str], answer: dict[str, Any], *, is_half: bool = False
        ) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if is_half else body)
            self.close_connection = is_half

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
