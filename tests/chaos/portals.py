"""A real portal in processes of its own, to be hurt: its folder, its broker, its workers."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 240.0
"""Seconds that a start or a command may take: it is what comes that is tested, and this machine may be busy."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(condition: Callable[[], Any], *, within: float, what: str, every: float = 0.2) -> Any:
    """Wait until `condition` gives something true; give it."""
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(every)
    return found


class Portal:
    """One portal on one folder; started, asked, hurt and stopped."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.var, self.port = var, free_port()
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
            },
            "DISINFO_VAR": str(var),
            "DISINFO_SITE_URL": f"http://127.0.0.1:{self.port}",
            "PYTHONWARNINGS": "ignore",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.output = var / "output.log"

    def manage(self, *arguments: str, code: int = 0) -> str:
        """Run a command of the portal's to its end; give what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, command: str = "up", *arguments: str) -> None:
        """Start it; use `wait_until_ready` then."""
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", command, "--port", str(self.port), *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def wait_until_ready(self, within: float = PATIENCE) -> None:
        """Until web, database, broker and a worker all answer."""
        eventually(
            lambda: self.status("/health/ready") == 200, within=within, what=f"ready; {self.said()[-3000:]}"
        )

    def said(self) -> str:
        """All that it printed."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def stop(self, number: int = signal.SIGINT, *, within: float = PATIENCE) -> int:
        """End it as Ctrl-C does; give its exit code."""
        assert self.process
        self.process.send_signal(number)
        code = self.process.wait(timeout=within)
        self.process = None
        return code

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body of a page; 0 when nobody answers."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            try:
                connection.request("GET", path, headers=headers)
                response = connection.getresponse()
                return response.status, response.read().decode("utf-8", errors="replace")
            except (OSError, HTTPException):
                return 0, ""

    def status(self, path: str) -> int:
        return self.get(path)[0]

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What its database holds, read from outside."""
        with closing(sqlite3.connect(self.var / "disinfo.sqlite3", timeout=20)) as database:
            return database.execute(query, parameters).fetchall()

    def write(self, statement: str) -> None:
        """Change its database from outside."""
        with closing(sqlite3.connect(self.var / "disinfo.sqlite3", timeout=20)) as database, database:
            database.execute(statement)

    def processes(self) -> dict[int, str]:
        """Every living process that was started with this folder, by pid, with its command line."""
        found = {}
        mark = f"DISINFO_VAR={self.var}\0".encode()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            with suppress(OSError):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                # A Redis server writes its title over its environment, but names its socket in it.
                is_ours = mark in (folder / "environ").read_bytes() + b"\0" or f"{self.var}/" in command
                if command and is_ours:  # a zombie has no command
                    found[int(folder.name)] = command
        return found

    def programs(self, word: str) -> list[int]:
        """Pids of the programs right under the supervisor whose command line holds this word."""
        assert self.process
        return [
            pid
            for pid, command in self.processes().items()
            if word in command and _parent(pid) == self.process.pid
        ]

    def children(self, pid: int) -> list[int]:
        """Pids of a program's own children."""
        return [child for child in self.processes() if _parent(child) == pid]

    def end(self) -> None:
        """Whatever is still there, at the end of a test."""
        if self.process:
            self.process.kill()
            self.process.wait()
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@contextmanager
def portal(var: Path, **environment: str) -> Iterator[Portal]:
    """A portal that is gone, to its last process, when the block is left."""
    made = Portal(var, **environment)
    try:
        yield made
    finally:
        made.end()
