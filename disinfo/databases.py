"""From one address to Django's database settings: SQLite by default, PostgreSQL in production."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# WAL lets readers go on while one writes; IMMEDIATE takes the write lock when a transaction opens, so that
# two writers wait for each other instead of failing half-way (measured: no "database is locked").
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
    "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364; PRAGMA foreign_keys=ON"
)


def database(url: str, *, default_file: Path) -> dict[str, Any]:
    """Django's settings for `url` (sqlite:///file or postgresql://…); SQLite at `default_file` when empty."""
    parts = urlsplit(url)
    if not url or parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")) if url else str(default_file),
            # A thread that answers one request after the other opens its connection once.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_PRAGMAS},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or dict(parse_qsl(parts.query)).get("host", "")),
        "PORT": str(parts.port or ""),
        # Shared by the threads of requests (disinfo/handler.py): fewer connections than threads.
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 16, "timeout": 10}},
    }
