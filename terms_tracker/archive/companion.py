"""A git process that stays beside ours and answers one question after the other.

Starting a process takes longer than anything a record asks of it.
"""

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

from terms_tracker.archive.errors import UnknownObjectError

_companions: "WeakSet[Companion]" = WeakSet()


class Companion(ABC):
    """What such processes have in common: one question at a time, started when first needed, one a process.

    A child made by `fork`, as Celery makes its workers, starts its own and leaves the parent's alone.
    """

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._lock = threading.Lock()
        _companions.add(self)

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._stop()

    def forget_parent(self) -> None:
        """In a forked child: drop what is the parent's, its lock included."""
        self._lock = threading.Lock()
        self._forget()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except UnknownObjectError:
                raise  # an answer like any other
            except BaseException:
                # Interrupted between question and answer: the next one to ask would get this one's answer.
                self._stop()
                raise

    @abstractmethod
    def _stop(self) -> None:
        """End the process, if it runs."""

    @abstractmethod
    def _forget(self) -> None:
        """Let go of the parent's process without ending it."""


def _forget_parents() -> None:
    for companion in _companions:
        companion.forget_parent()


os.register_at_fork(after_in_child=_forget_parents)
