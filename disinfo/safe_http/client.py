"""The only way out to the network."""

import os
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpcore
import httpx

from disinfo.safe_http.addresses import ANY_PUBLIC, Resolver, as_number, is_permitted, system_resolver
from disinfo.safe_http.bodies import ACCEPTED_ENCODINGS, collect
from disinfo.safe_http.errors import (
    ConnectError,
    EmptyContentError,
    FetchError,
    FetchTimeoutError,
    HttpStatusError,
    InvalidRequestError,
    ProtocolError,
    RedirectError,
    RefusedAddressError,
    TlsError,
    TooLargeError,
    TooManyRedirectsError,
)
from disinfo.safe_http.policy import Policy
from disinfo.safe_http.politeness import HostGate, parse_retry_after
from disinfo.safe_http.responses import Redirect, Response
from disinfo.safe_http.transport import Budget, CheckedBackend, ProxyBackend, current_budget
from disinfo.safe_http.urls import follow, is_same_origin, parse_url

_REDIRECTS = {301, 302, 303, 307, 308}
_PAUSING = {429, 503}
_KEEPALIVE = 30.0  # seconds
_EXPLANATION_BYTES = 64_000


@dataclass(slots=True)
class _Request:
    method: str
    url: httpx.URL
    headers: dict[str, str]
    private_headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    max_bytes: int = 0


class Client:
    """Fetches public pages, politely and within limits.

    Safe between threads; after a fork each process makes its own connections. To be used in a `with` block or
    closed.

    Args:
        policy: limits and permissions.
        gate: politeness; by default one request a second and host.
        resolver: gives the addresses of a name.
        ssl_context: for certificates of one's own; the public authorities by default.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        gate: HostGate | None = None,
        resolver: Resolver = system_resolver,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.policy = policy
        self._gate = gate or HostGate()
        self._resolver = resolver
        self._ssl_context = ssl_context
        self._lock = threading.Lock()
        self._connections: _Connections | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; another fetch opens others."""
        with self._lock:
            if self._connections is not None:
                self._connections.close()
            self._connections = None

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        accept_language: str | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Response:
        """Fetch a page, following its redirects.

        Args:
            url: an absolute address, http or https.
            etag: the validator of the content already known; a 304 may then come back (RFC 9110 §13).
            last_modified: its date, as the server wrote it.
            accept: types asked for.
            accept_language: languages asked for, instead of the policy's.
            headers: more headers, sent to the host of `url` only, not where it redirects.
            max_bytes: most bytes of content, instead of the policy's.

        Returns:
            The answer: 2xx with content, or 304.

        Raises:
            FetchError: one of its kinds, see `errors`; nothing else.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        language = accept_language or self.policy.accept_language
        wanted = {"Accept": accept, "Accept-Language": language, **conditions}
        request = _Request(
            "GET",
            parse_url(url),
            {name: value for name, value in wanted.items() if value},
            headers or {},
            max_bytes=max_bytes or self.policy.max_bytes,
        )
        response = self._fetch(request, self.policy.max_redirects)
        if response.is_not_modified and not (etag or last_modified):
            raise ProtocolError(f"{url} answered 304 to a request without conditions")
        if not response.content and not response.is_not_modified:
            raise EmptyContentError(f"{response.url} answered {response.status} with nothing")
        return response

    def post(
        self,
        url: str,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        max_bytes: int = 1_000_000,
    ) -> Response:
        """Send something, such as a signed webhook; redirects are not followed.

        Args:
            url: an absolute address, http or https.
            content: the bytes to send.
            content_type: their type.
            headers: more headers, such as a signature.
            max_bytes: most bytes of the answer.

        Returns:
            The answer: 2xx, with or without content.

        Raises:
            FetchError: one of its kinds, see `errors`; nothing else.
        """
        request = _Request(
            "POST", parse_url(url), {"Content-Type": content_type}, headers or {}, content, max_bytes
        )
        return self._fetch(request, max_redirects=0)

    def _fetch(self, request: _Request, max_redirects: int) -> Response:
        start = time.monotonic()
        token = current_budget.set(Budget.of(self.policy, request.max_bytes))
        hops: list[Redirect] = []
        try:
            while True:
                answer = self._exchange(request)
                if answer.status not in _REDIRECTS:
                    break
                hops.append(Redirect(str(request.url), answer.status))
                self._redirect(request, answer, len(hops), max_redirects)
        finally:
            current_budget.reset(token)
        return Response(
            url=str(request.url),
            status=answer.status,
            headers=answer.headers,
            content=answer.content,
            redirects=tuple(hops),
            elapsed=time.monotonic() - start,
            remote_address=answer.remote_address,
        )

    def _redirect(self, request: _Request, answer: "_Answer", count: int, max_redirects: int) -> None:
        location = answer.headers.get("location")
        if max_redirects == 0:
            raise RedirectError(f"{request.url} redirects, which is not followed here")
        if location is None:
            raise RedirectError(f"{request.url} answered {answer.status} without saying where to go")
        if count > max_redirects:
            raise TooManyRedirectsError(f"{request.url} redirects for the {count}th time")
        target = follow(request.url, location)
        if not is_same_origin(request.url, target):
            request.private_headers = {}
        request.url = target

    def _exchange(self, request: _Request) -> "_Answer":
        host = request.url.host
        waiting = time.monotonic()
        with self._gate.turn(host):
            current_budget.get().deadline += time.monotonic() - waiting
            with _only_fetch_errors(request.url):
                answer = self._send(request)
        if answer.status in _PAUSING:
            asked = parse_retry_after(answer.headers.get("retry-after"))
            pause = self._gate.pause(host, asked)
            raise _status_error(request.url, answer, pause)
        if answer.status == 304 or 200 <= answer.status < 300 or answer.status in _REDIRECTS:
            return answer
        raise _status_error(request.url, answer, parse_retry_after(answer.headers.get("retry-after")))

    def _send(self, request: _Request) -> "_Answer":
        connections = self._current()
        if self.policy.proxy:
            self._check_unresolved(request.url)
        timeouts = {
            "connect": self.policy.connect_seconds,
            "read": self.policy.read_seconds,
            "write": self.policy.read_seconds,
            "pool": self.policy.total_seconds,
        }
        url = request.url
        with connections.pool.stream(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=self._headers(request),
            content=request.content,
            extensions={"timeout": timeouts},
        ) as response:
            headers = _readable(response.headers)
            remote = response.extensions["network_stream"].get_extra_info("server_addr")
            content = b""
            if 200 <= response.status < 300 or response.status == 304:
                content = _content(response, headers, request.max_bytes)
            elif "json" in headers.get("content-type", ""):
                content = _explanation(response, headers)
            return _Answer(response.status, headers, content, remote[0] if remote else None)

    def _headers(self, request: _Request) -> list[tuple[bytes, bytes]]:
        headers = {
            "Host": request.url.netloc.decode("ascii"),
            "User-Agent": self.policy.user_agent,
            "Accept-Encoding": ACCEPTED_ENCODINGS,
            **request.headers,
            **request.private_headers,
        }
        try:
            return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        except UnicodeEncodeError as error:
            raise InvalidRequestError(f"a header holds what cannot be sent: {error}") from error

    def _check_unresolved(self, url: httpx.URL) -> None:
        # Behind a proxy names are not resolved here: a number, and a port, can be judged all the same.
        address = as_number(url.host) or ANY_PUBLIC
        port = url.port or (443 if url.scheme == "https" else 80)
        if not is_permitted(self.policy, url.host, address, port):
            raise RefusedAddressError(f"{url.host} port {port} is not of the public Web")

    def _current(self) -> "_Connections":
        with self._lock:
            if self._connections is None or self._connections.pid != os.getpid():
                self._connections = _Connections(self.policy, self._resolver, self._ssl_context)
            return self._connections


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes
    remote_address: str | None


class _Connections:
    """The connections of one process."""

    def __init__(self, policy: Policy, resolver: Resolver, ssl_context: ssl.SSLContext | None) -> None:
        self.pid = os.getpid()
        self._backend = ProxyBackend(policy, resolver) if policy.proxy else CheckedBackend(policy, resolver)
        self.pool = httpcore.ConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(trust_env=False),
            proxy=httpcore.Proxy(policy.proxy) if policy.proxy else None,
            max_connections=policy.max_connections,
            max_keepalive_connections=policy.max_connections,
            keepalive_expiry=_KEEPALIVE,
            network_backend=self._backend,
        )

    def close(self) -> None:
        self.pool.close()
        self._backend.close()


def _content(response: httpcore.Response, headers: Mapping[str, str], max_bytes: int) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise TooLargeError(f"the server announces {announced[:20]} bytes, more than {max_bytes}")
    return collect(response.iter_stream(), headers.get("content-encoding", ""), max_bytes)


def _explanation(response: httpcore.Response, headers: Mapping[str, str]) -> bytes:
    """What an interface says with its refusal; nothing when that cannot be had, for the refusal counts all the same."""
    try:
        return _content(response, headers, _EXPLANATION_BYTES)
    except (FetchError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        return b""


def _readable(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _status_error(url: httpx.URL, answer: _Answer, retry_after: float | None) -> HttpStatusError:
    return HttpStatusError(
        f"{url} answered {answer.status}",
        status=answer.status,
        retry_after=retry_after,
        headers=answer.headers,
        content=answer.content,
    )


@contextmanager
def _only_fetch_errors(url: httpx.URL) -> Iterator[None]:
    try:
        yield
    except FetchError:
        raise
    except httpcore.TimeoutException as error:
        raise FetchTimeoutError(f"{url} took too long: {type(error).__name__}") from error
    except httpcore.ConnectError as error:
        if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
            raise TlsError(f"{url}: {error}") from error
        raise ConnectError(f"{url}: no connection: {error}") from error
    except httpcore.LocalProtocolError as error:
        raise InvalidRequestError(f"{url}: a request that cannot be sent: {error}") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise ProtocolError(f"{url} broke off or does not speak HTTP: {error}", is_transient=True) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise ProtocolError(f"{url}: {type(error).__name__}: {error}") from error
