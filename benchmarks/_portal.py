"""A portal of its own for a benchmark: empty folder, empty database, its own broker, gone afterwards."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A program that is spoken to by lines, killed with the block."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Say a line to a program."""
    print(line, file=process.stdin, flush=True)


def line_of(process: subprocess.Popen[str]) -> str:
    """Wait for a line from a program. Raises SystemExit when it ended instead."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise SystemExit("a program of the benchmark ended before its time")
    return line


@contextmanager
def portal(*, kept: Path | None = None, **environment: str) -> Iterator[Path]:
    """Django, set up on a temporary `var` and an empty database (a new one beside DATABASE_URL's, if set).

    With `kept`, `var` is that folder and stays there, with its SQLite database, for the next run.
    """
    with ExitStack() as stack:
        var = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="disinfo-bench-")))
        var.mkdir(parents=True, exist_ok=True)
        os.environ |= {
            "DISINFO_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "disinfo.settings",
            "DISINFO_LOG_LEVEL": "ERROR",
            "DEBUG": "0",
            **environment,
        }
        os.environ.pop("REDIS_URL", None)
        import django

        django.setup()
        _make_database(stack)
        _start_broker(stack, var)
        yield var


def _make_database(stack: ExitStack) -> None:
    from django.core.management import call_command
    from django.db import connection, connections

    stack.callback(connections.close_all)
    if connection.vendor == "sqlite":
        if os.environ.get("DATABASE_URL"):
            raise SystemExit("With SQLite, leave DATABASE_URL unset: a benchmark makes its own file.")
        call_command("migrate", verbosity=0)
        return
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    stack.callback(connection.creation.destroy_test_db, kept, verbosity=0)
    parts = urlsplit(os.environ["DATABASE_URL"])
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def _start_broker(stack: ExitStack, var: Path) -> None:
    from django.core.cache import cache

    from disinfo import broker

    process = subprocess.Popen(broker.embedded_command(var))
    stack.callback(process.wait)
    stack.callback(process.terminate)
    # Set, not added: a kept broker may remember an earlier run.
    cache.set("is-there", os.getpid())
    while cache.get("is-there") != os.getpid():
        time.sleep(0.05)
        cache.set("is-there", os.getpid())
