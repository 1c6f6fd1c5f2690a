"""A web server on the loopback that answers as a test tells it to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What to say on one path."""

    body: bytes | str = b"ok"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    etag: str = ""


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    headers: Any
    body: bytes


class Server:
    """Answers by path; keeps every request."""

    def __init__(self, http: ThreadingHTTPServer) -> None:
        self.http = http
        self.address = f"127.0.0.1:{http.server_address[1]}"
        self.answers: dict[str, Answer | Callable[[Request], Answer]] = {}
        self.requests: list[Request] = []

    def url(self, path: str) -> str:
        """The address of a path here."""
        return f"http://{self.address}{path}"


@contextmanager
def serving() -> Iterator[Server]:
    """A running server, ended with the block."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(lambda: server))
    server = Server(http)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler_for(server_of: Callable[[], Server]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            server = server_of()
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(self.command, self.path, self.headers, self.rfile.read(length))
            server.requests.append(request)
            found = server.answers.get(self.path, Answer())
            answer = found(request) if callable(found) else found
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            is_known = bool(answer.etag) and self.headers.get("If-None-Match") == answer.etag
            self.send_response(304 if is_known else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.etag:
                self.send_header("ETag", answer.etag)
            self.send_header("Content-Length", "0" if is_known else str(len(body)))
            self.end_headers()
            if not is_known and self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = _answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
