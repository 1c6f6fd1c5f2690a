"""Connections that are checked when they are made and cut when they take too much.

httpcore is the engine of httpx; it lets its caller make the connections (`NetworkBackend`). Checking there,
and not when a URL is read, is what defeats names that resolve differently the second time (DNS rebinding).
"""

import ssl
import time
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswerError
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore

from disinfo.safe_http.addresses import Resolver, checked_addresses
from disinfo.safe_http.errors import DnsError, FetchTimeoutError, TooLargeError
from disinfo.safe_http.policy import Policy

_SPARE_BYTES = 1_000_000  # for headers, chunk marks and what compression adds


@dataclass(slots=True)
class Budget:
    """What is left to one fetch, redirects included: seconds and bytes on the wire."""

    deadline: float
    bytes_left: int

    @classmethod
    def of(cls, policy: Policy, max_bytes: int) -> "Budget":
        """Give a full one, for content of so many bytes."""
        return cls(time.monotonic() + policy.total_seconds, max_bytes + _SPARE_BYTES)

    def seconds(self, at_most: float | None) -> float:
        """Give the seconds that the next step may take.

        Raises:
            FetchTimeoutError: there are none.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise FetchTimeoutError("the fetch took too long altogether")
        return left if at_most is None else min(left, at_most)

    def take(self, count: int) -> None:
        """Note bytes that were received.

        Raises:
            TooLargeError: they were too many.
        """
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise TooLargeError("the server sends more than allowed")


# A pooled connection serves one fetch after the other, each in the thread that asked for it.
current_budget: ContextVar[Budget] = ContextVar("current_budget")


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a name once, checks every address, and connects to one of those checked."""

    def __init__(self, policy: Policy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="resolve")
        self._sockets = httpcore.SyncBackend()

    def close(self) -> None:
        """End the threads that resolve names, without waiting for them."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers, all of them checked before."""
        budget = current_budget.get()
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._addresses(host, port, budget.seconds(timeout)):
            seconds = budget.seconds(timeout)
            try:
                stream = self._sockets.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _MeteredStream(stream)
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int, timeout: float) -> list[str]:
        return checked_addresses(self._policy, _bounded(self._threads, self._resolver, timeout), host, port)


class ProxyBackend(CheckedBackend):
    """Connects to the operator's egress proxy, wherever that is, and to nothing else."""

    def _addresses(self, host: str, port: int, timeout: float) -> list[str]:  # noqa: ARG002
        return [host]


class _MeteredStream(httpcore.NetworkStream):
    """A connection that counts what comes in and lets no step outlast the fetch."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget = current_budget.get()
        data = self._stream.read(max_bytes, budget.seconds(timeout))
        budget.take(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, current_budget.get().seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = current_budget.get().seconds(timeout)
        return _MeteredStream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:  # httpcore's own signature
        return self._stream.get_extra_info(info)


def _bounded(threads: Executor, resolver: Resolver, timeout: float) -> Resolver:
    # The system's resolver takes no time limit: it is asked in a thread that may be left behind.
    def resolve(host: str, port: int) -> list[str]:
        try:
            return list(threads.submit(resolver, host, port).result(timeout))
        except NoAnswerError:
            raise DnsError(f"{host} was not resolved in {timeout:.0f} s", is_transient=True) from None

    return resolve
