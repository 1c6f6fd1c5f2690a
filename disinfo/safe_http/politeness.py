"""Being a polite visitor: few requests to a host at once, not too fast, and none while it asks for a pause.

A host that answers 429 or 503 is left alone for as long as it asks (`Retry-After`, RFC 9110 §10.2.3).
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Protocol

from disinfo.safe_http.errors import HostPausedError

_LONGEST_PAUSE = 86_400.0  # seconds; a host that asks for more has made a mistake
_REMEMBERED = 10_000  # hosts


class TurnStore(Protocol):
    """Where turns are kept: in memory, or somewhere that several processes share."""

    def reserve(self, host: str, delay: float, patience: float) -> float:
        """Take the next turn at a host, unless it is further away than `patience`.

        Args:
            host: name of the host.
            delay: seconds from this turn to the one after it.
            patience: longest wait in seconds.

        Returns:
            Seconds until the turn; more than `patience` when none was taken.
        """

    def pause(self, host: str, seconds: float) -> None:
        """Give no turn at a host for some seconds from now."""


class MemoryTurns:
    """Turns of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def reserve(self, host: str, delay: float, patience: float) -> float:
        """Take the next turn, see `TurnStore`."""
        with self._lock:
            now = self._clock()
            start = max(now, self._next.get(host, now))
            if start - now <= patience:
                self._next[host] = start + delay
            self._forget(now)
            return start - now

    def pause(self, host: str, seconds: float) -> None:
        """Give no turn for a while, see `TurnStore`."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0.0), self._clock() + seconds)

    def _forget(self, now: float) -> None:
        if len(self._next) > _REMEMBERED:
            self._next = {host: start for host, start in self._next.items() if start > now}


class HostGate:
    """Lets requests to a host through one after the other.

    Args:
        min_delay: least seconds from one request to the next.
        max_concurrency: most requests to a host at once, in this process.
        patience: longest wait in seconds; beyond it `HostPausedError` is raised instead.
        default_pause: seconds of pause after a 429 or 503 that names none.
        turns: where turns are kept.
    """

    def __init__(
        self,
        *,
        min_delay: float = 1.0,
        max_concurrency: int = 2,
        patience: float = 30.0,
        default_pause: float = 60.0,
        turns: TurnStore | None = None,
    ) -> None:
        self._min_delay = min_delay
        self._max_concurrency = max_concurrency
        self._patience = patience
        self._default_pause = default_pause
        self._turns = turns or MemoryTurns()
        self._inside: Counter[str] = Counter()
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for one's turn at a host and hold it.

        Raises:
            HostPausedError: the wait would be too long; `retry_after` tells how long.
        """
        self._enter(host)
        try:
            wait = self._turns.reserve(host, self._min_delay, self._patience)
            if wait > self._patience:
                raise HostPausedError(f"{host} is to be left alone for {wait:.0f} s", retry_after=wait)
            if wait > 0:
                time.sleep(wait)
            yield
        finally:
            self._leave(host)

    def pause(self, host: str, seconds: float | None) -> float:
        """Leave a host alone for as long as it asked, or the default; give the seconds."""
        pause = min(self._default_pause if seconds is None else seconds, _LONGEST_PAUSE)
        self._turns.pause(host, pause)
        return pause

    def _enter(self, host: str) -> None:
        with self._changed:
            free = self._changed.wait_for(lambda: self._inside[host] < self._max_concurrency, self._patience)
            if not free:
                raise HostPausedError(
                    f"too many requests to {host} are under way", retry_after=self._patience
                )
            self._inside[host] += 1

    def _leave(self, host: str) -> None:
        with self._changed:
            self._inside[host] -= 1
            if not self._inside[host]:
                del self._inside[host]
            self._changed.notify_all()


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """Read a `Retry-After` header: seconds, or a date.

    Args:
        value: the header.
        now: seconds since 1970, for tests.

    Returns:
        Seconds from now, never negative; None when there is no header or it makes no sense.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, date.timestamp() - (time.time() if now is None else now))
