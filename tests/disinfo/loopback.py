"""Servers on the loopback that answer as badly as told."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Answer = Callable[[socket.socket, bytes], None]


class Loopback:
    """A server that gives each request to `answer`, and remembers the requests."""

    def __init__(self, answer: Answer, *, host: str = "127.0.0.1") -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._open: list[socket.socket] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{host}:{self.port}/"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while request := read_request(connection):
                self.requests.append(request)
                self._answer(connection, request)


def read_request(connection: socket.socket) -> bytes:
    """Read one request, body included; nothing when the other side is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def reply(status: int = 200, body: bytes = b"hello", /, **headers: str) -> Answer:
    """Answer every request alike; `_` in a header's name stands for `-`."""

    def answer(connection: socket.socket, _: bytes) -> None:
        fields = {"content-length": str(len(body))} | {
            k.lower().replace("_", "-"): v for k, v in headers.items()
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.sendall(f"HTTP/1.1 {status} x\r\n{head}\r\n".encode("latin-1") + body)

    return answer


@contextlib.contextmanager
def serving(answer: Answer, **options: str) -> Iterator[Loopback]:
    server = Loopback(answer, **options)
    try:
        yield server
    finally:
        server.close()
