"""A small proxy through which a headless browser goes out, with the address checks of `safe_http`.

A browser connects by itself to whatever a page asks for. Started with `--proxy-server=<url>` and
`--proxy-bypass-list=<-loopback>` it can only do so through here, where every name is resolved once, checked
and connected to (RFC 9110 §7.6, §9.3.6). Addresses are checked where the connection is made, so a page that
resolves differently the second time, redirects inside, or embeds `http://localhost/` gets a 403.
"""

import asyncio
import contextlib
import logging
import math
import threading
from collections import deque
from collections.abc import AsyncIterator, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import httpx

from disinfo.safe_http.addresses import Resolver, checked_addresses, system_resolver
from disinfo.safe_http.errors import (
    DnsError,
    FetchError,
    InvalidRequestError,
    InvalidUrlError,
    RefusedAddressError,
)
from disinfo.safe_http.policy import Policy
from disinfo.safe_http.urls import parse_url

logger = logging.getLogger(__name__)

_LONGEST_HEAD = 128 * 1024  # bytes of a request's or answer's headers
_PART = 64 * 1024  # bytes
_LAST_WORDS = 1.0  # seconds to take what was sent before the connection is cut
_REMEMBERED = 1_000  # refusals
# Of one connection only, never passed on (RFC 9110 §7.6.1).
_HOP_BY_HOP = {b"connection", b"proxy-connection", b"keep-alive", b"proxy-authorization", b"te", b"upgrade"}
_REASONS = {400: b"Bad Request", 403: b"Forbidden", 502: b"Bad Gateway", 503: b"Service Unavailable"}


class _TooMuchError(Exception):
    """The browser has received all the bytes it may."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The first line and the headers of a message."""

    start: bytes
    headers: list[tuple[bytes, bytes]]

    def get(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def status(self) -> bytes:
        """The status of an answer."""
        return [*self.start.split(b" ", 2), b""][1]

    def body_length(self, request: "_Head") -> float:
        """Tell how long the body of an answer is, for servers that keep the connection all the same."""
        if request.start.startswith(b"HEAD ") or self.status in {b"204", b"304"}:
            return 0
        length = (self.get(b"content-length") or b"").strip()
        return int(length) if length.isdigit() and not self.get(b"transfer-encoding") else math.inf

    def for_origin(self, method: bytes, url: httpx.URL) -> bytes:
        """Write a request as its server expects it; its host is the one that was checked."""
        start = b"%s %s HTTP/1.1\r\nHost: %s" % (method, url.raw_path, url.netloc)
        return self.for_one_exchange(start, leave_out={b"host"})

    def for_one_exchange(self, start: bytes, leave_out: Collection[bytes] = ()) -> bytes:
        """Write it for a connection that ends after this exchange."""
        kept = [field for field in self.headers if field[0].lower() not in {*_HOP_BY_HOP, *leave_out}]
        lines = [start, *(b"%s:%s" % field for field in kept), b"Connection: close"]
        return b"\r\n".join(lines) + b"\r\n\r\n"


class EgressProxy:
    """Runs while its `with` block does, in a thread, on a free port of the loopback.

    Args:
        policy: where the browser may go; its `proxy` is not used.
        resolver: gives the addresses of a name.
        max_connections: most connections at once; more get a 503.
        max_bytes: most bytes received in all; then every connection is cut.
        connection_seconds: longest life of a connection.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        resolver: Resolver = system_resolver,
        max_connections: int = 100,
        max_bytes: int = 200_000_000,
        connection_seconds: float = 60.0,
    ) -> None:
        self.refused: deque[str] = deque(maxlen=_REMEMBERED)
        self.bytes_received = 0
        self._policy = policy
        self._resolver = resolver
        self._max_connections = max_connections
        self._max_bytes = max_bytes
        self._connection_seconds = connection_seconds
        self._open: set[asyncio.Task[None]] = set()
        self._started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, name="egress-proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._port = self._started.result(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        """The address to give to the browser."""
        return f"http://127.0.0.1:{self._port}"

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._started.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._resolving = ThreadPoolExecutor(8, thread_name_prefix="resolve")
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        try:
            self._started.set_result(server.sockets[0].getsockname()[1])
            await self._stop.wait()
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)
            self._resolving.shutdown(wait=False, cancel_futures=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._open) >= self._max_connections:
            # Read first: a connection closed with something unread is reset, and its answer lost.
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(reader.read(_PART), _LAST_WORDS)
            await _answer(writer, 503)
            return
        self._open.add(task)
        try:
            async with asyncio.timeout(self._connection_seconds):
                await self._exchange(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError, _TooMuchError, ValueError, EOFError) as error:
            # Either side went away, sent nonsense or took too much: the browser sees a cut connection.
            logger.debug("connection cut: %r", error)
        finally:
            self._open.discard(task)
            await _close(writer)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await _read_head(reader)
        method, _, rest = head.start.partition(b" ")
        target = rest.rpartition(b" ")[0].decode("ascii")
        try:
            url = _tunnel_url(target) if method == b"CONNECT" else _page_url(target)
            port = url.port or (443 if url.scheme == "https" else 80)
            addresses = await self._addresses(url.host, port)
            _check_length(head)
        except FetchError as error:
            self.refused.append(target)
            logger.info("refused %s: %s", target, error)
            await _answer(writer, 502 if isinstance(error, DnsError) else _status_of(error))
            return
        async with self._connected(addresses, port, writer) as upstream:
            if method == b"CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._tunnel(reader, writer, upstream)
            else:
                upstream[1].write(head.for_origin(method, url))
                await self._relay(head, reader, writer, upstream)

    async def _addresses(self, host: str, port: int) -> list[str]:
        check = (self._policy, self._resolver, host, port)
        resolving = self._loop.run_in_executor(self._resolving, checked_addresses, *check)
        return await asyncio.wait_for(resolving, self._policy.connect_seconds)

    @contextlib.asynccontextmanager
    async def _connected(
        self, addresses: list[str], port: int, writer: asyncio.StreamWriter
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        upstream = await self._connect(addresses, port)
        if upstream is None:
            await _answer(writer, 502)
            raise ConnectionError
        try:
            yield upstream
        finally:
            await _close(upstream[1])

    async def _connect(
        self, addresses: list[str], port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for address in addresses:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(self._policy.connect_seconds):
                    return await asyncio.open_connection(address, port, limit=_LONGEST_HEAD)
        return None

    async def _tunnel(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        sending = asyncio.create_task(_pass_on(reader, upstream[1], None))
        try:
            await self._receive(upstream[0], writer)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _relay(
        self,
        head: _Head,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        # Exactly the announced body is passed on: what follows would be a request for another host.
        await _pass_on(reader, upstream[1], int(head.get(b"content-length") or 0))
        answer = await _read_head(upstream[0])
        while answer.status.startswith(b"1"):
            answer = await _read_head(upstream[0])
        writer.write(answer.for_one_exchange(answer.start))
        await self._receive(upstream[0], writer, answer.body_length(head))

    async def _receive(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, count: float = math.inf
    ) -> None:
        while count > 0 and (data := await source.read(_PART)):
            count -= len(data)
            self.bytes_received += len(data)
            if self.bytes_received > self._max_bytes:
                raise _TooMuchError
            target.write(data)
            await target.drain()


def _tunnel_url(target: str) -> httpx.URL:
    url = parse_url(f"https://{target}/")
    if url.path != "/" or url.query:
        raise InvalidUrlError(f"{target!r} is not a host and port")
    return url


def _page_url(target: str) -> httpx.URL:
    url = parse_url(target)
    if url.scheme != "http":
        raise InvalidUrlError("pages other than http are asked for through a tunnel")
    return url


def _status_of(error: FetchError) -> int:
    return 403 if isinstance(error, RefusedAddressError) else 400


async def _read_head(reader: asyncio.StreamReader) -> _Head:
    try:
        text = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise ValueError("headers too long") from error
    start, *lines = text[:-4].split(b"\r\n")
    # A header without a colon or with a space before it is how one message is smuggled into another.
    fields = [(name, value) for name, _, value in (line.partition(b":") for line in lines)]
    if any(not name or name != name.strip() or b" " in name for name, _ in fields):
        raise ValueError("malformed header")
    return _Head(start, fields)


def _check_length(head: _Head) -> None:
    # Only an announced body can be told from a second request behind it.
    lengths = [value.strip() for name, value in head.headers if name.lower() == b"content-length"]
    if head.get(b"transfer-encoding") or len(lengths) > 1 or not all(length.isdigit() for length in lengths):
        raise InvalidRequestError("the request does not tell its length")


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, count: int | None) -> None:
    while count is None or count > 0:
        data = await source.read(_PART if count is None else min(count, _PART))
        if not data:
            break
        target.write(data)
        await target.drain()
        count = None if count is None else count - len(data)


async def _answer(writer: asyncio.StreamWriter, status: int) -> None:
    reason = _REASONS[status]
    fields = b"Content-Type: text/plain\r\nContent-Length: %d\r\nConnection: close" % len(reason)
    writer.write(b"HTTP/1.1 %d %s\r\n%s\r\n\r\n%s" % (status, reason, fields, reason))
    with contextlib.suppress(OSError):
        await writer.drain()
    await _close(writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        async with asyncio.timeout(_LAST_WORDS):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()
