"""A small process tree: start several programs, restart those that die, end them all together."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 10.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0
# A program that lived this long was well: its next death is answered at once again.
_WELL_AFTER_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Program:
    """One program of the tree, and how it has been doing."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = _FIRST_PAUSE_SECONDS
    start_again_at: float = 0.0

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs programs until told to stop, or until its terminal is closed; `cwd` and `environment` are theirs."""

    cwd: Path
    environment: Mapping[str, str]
    programs: list[Program] = field(default_factory=list)
    is_stopping: bool = False

    def add(self, name: str, command: Sequence[str]) -> Program:
        """Start a program and keep it running."""
        program = Program(name, command)
        self.programs.append(program)
        self._start(program)
        return program

    def run(self, *, every_second: Callable[[], object] = lambda: None) -> None:
        """Watch the programs until a signal says to stop; then end them all, and wait until they are gone."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            while not self.is_stopping:
                for program in self.programs:
                    self._look_after(program)
                every_second()
                time.sleep(0.2)
        finally:
            self.stop()

    def stop(self) -> None:
        """End every program, the last started first: politely, then, after a while, not."""
        self.is_stopping = True
        for program in reversed(self.programs):
            _signal(program, signal.SIGTERM)
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while program.is_alive and time.monotonic() < deadline:
                time.sleep(0.05)
            # Also when it is gone: a child it left behind still has its process group.
            _signal(program, signal.SIGKILL)
            if program.process:
                program.process.wait()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def _start(self, program: Program) -> None:
        program.started_at = time.monotonic()
        # A session of its own: Ctrl-C in the terminal reaches only us, and a signal to the group all its children.
        program.process = subprocess.Popen(
            program.command,
            cwd=self.cwd,
            env=dict(self.environment),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (safe: this program has one thread)
        )

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.is_alive:
            if now - program.started_at > _WELL_AFTER_SECONDS:
                program.pause = _FIRST_PAUSE_SECONDS
            return
        if not program.start_again_at:
            _signal(program, signal.SIGKILL)
            code = program.process.returncode if program.process else None
            logger.error(
                "program ended, starting it again", extra={"program": program.name, "exit_code": code}
            )
            program.start_again_at = now + program.pause
            program.pause = min(program.pause * 2, _LONGEST_PAUSE_SECONDS)
        elif now >= program.start_again_at:
            program.start_again_at = 0.0
            self._start(program)


def _end_with_parent() -> None:
    """In a child that is just starting: ask Linux to end it when we are killed and cannot (prctl(2))."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal(program: Program, number: signal.Signals) -> None:
    if program.process is None:
        return
    try:
        os.killpg(program.process.pid, number)
    except ProcessLookupError:
        return


def python(*arguments: str) -> list[str]:
    """A command line of this very Python."""
    return [sys.executable, *arguments]
