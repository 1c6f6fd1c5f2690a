"""Whether the parts that the portal stands on are there, and how to mend each."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis

HEARTBEAT_KEY = "heartbeat"
_HEARTBEAT_SECONDS = 90
_LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One part: whether it works, what was seen, and what to do when it does not."""

    name: str
    ok: bool
    seen: str
    mend: str = ""
    is_vital: bool = True


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise RuntimeError(f"{len(waiting)} migrations are not applied")
    return f"{connection.vendor}, migrations applied"


def _broker() -> str:
    with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as server:
        server.ping()
    return "answers"


def _worker() -> str:
    last = cache.get(HEARTBEAT_KEY)
    if last is None or time.time() - last > _HEARTBEAT_SECONDS:
        raise RuntimeError("no worker has answered the scheduler lately")
    return f"answered {int(time.time() - last)} s ago"


def _disk() -> str:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < _LEAST_FREE_BYTES:
        raise RuntimeError(f"{free // 2**20} MB left")
    return f"{free // 2**30} GB free"


def _git() -> str:
    return subprocess.run(
        ["git", "--version"], check=True, capture_output=True, text=True, timeout=5
    ).stdout.strip()


def _browser() -> str:
    if not Path(settings.CHROMIUM).exists():
        raise RuntimeError(f"{settings.CHROMIUM} is not there")
    return f"{settings.CHROMIUM}, Playwright {version('playwright')}"


def _mail() -> str:
    backend = get_connection(settings.OUTBOX_EMAIL_BACKEND)
    if backend.open():
        backend.close()
    return settings.OUTBOX_EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2]


_PARTS: list[tuple[str, Callable[[], str], str, bool]] = [
    ("database", _database, "Run `manage.py migrate`; check DATABASE_URL and that the server is up.", True),
    ("broker", _broker, "Start `manage.py up`, or set REDIS_URL to a Redis or Valkey server.", True),
    ("worker", _worker, "Start `manage.py up`, or a worker and beat: celery -A disinfo worker / beat.", True),
    ("disk", _disk, "Free space where var/ lies, or move it with DISINFO_VAR.", True),
    ("git", _git, "Install git 2.30 or newer.", True),
    (
        "browser",
        _browser,
        "Install Chromium and requirements-browser.txt; without them, pages that need their scripts are not read.",
        False,
    ),
    ("mail", _mail, "Check EMAIL_HOST, EMAIL_PORT and the credentials.", False),
]


def checks(*names: str) -> Iterator[Check]:
    """Look at each part (or only those named), one after the other."""
    for name, look, mend, is_vital in _PARTS:
        if names and name not in names:
            continue
        try:
            yield Check(name, ok=True, seen=look(), is_vital=is_vital)
        except Exception as error:  # noqa: BLE001 (whatever is wrong with a part is the answer)
            yield Check(name, ok=False, seen=str(error) or type(error).__name__, mend=mend, is_vital=is_vital)
