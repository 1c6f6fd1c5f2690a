"""Progress of commands, for people who watch."""

import time
from types import TracebackType
from typing import Self, TextIO

_WIDTH = 30


class ProgressBar:
    """A bar on a terminal; nothing at all where the output is a file, so that logs stay readable."""

    def __init__(self, total: int, *, out: TextIO) -> None:
        self.total, self.out = total, out
        self.done = 0
        self._drawn_at = 0.0
        self._is_shown = out.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._is_shown:
            self.out.write("\r\033[K")
            self.out.flush()

    def advance(self, what: str = "", *, by: int = 1) -> None:
        """`by` more are done; `what` names the last one."""
        self.done += by
        if self._is_shown and time.monotonic() - self._drawn_at > 0.1:
            self._drawn_at = time.monotonic()
            share = self.done / max(self.total, 1)
            bar = "█" * round(_WIDTH * share)
            self.out.write(f"\r\033[K{bar:░<{_WIDTH}} {self.done}/{self.total} {what[:40]}")
            self.out.flush()
