"""One folder that holds everything: database, git archives, media, and a manifest that says so.

What it does not hold is the deployment's own: settings, and the secret key (without it, people log in again).
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from disinfo.portal.tools import tools

_MANIFEST = "manifest.json"
_SQLITE_FILE, _POSTGRESQL_FILE, _MEDIA_FILE = "database.sqlite3", "database.pgdump", "media.tar"


class BackupError(RuntimeError):
    """The backup cannot be made or put back; the message says why."""


def back_up(folder: Path) -> dict[str, Any]:
    """Write everything into `folder`, which must be new or empty, while the portal runs; gives the manifest.

    The database is taken first: what it speaks of is in the archives, which only ever grow.
    Raises BackupError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty")
    _dump_database(folder)
    for tool in tools():
        place = folder / tool.slug
        place.mkdir()
        tool.back_up(place)
    with tarfile.open(folder / _MEDIA_FILE, "w") as tar:
        if settings.MEDIA_ROOT.exists():
            tar.add(settings.MEDIA_ROOT, arcname="media")
    files = {str(path.relative_to(folder)): _sha256(path) for path in _files(folder)}
    manifest = {"made_at": datetime.now(UTC).isoformat(), "database": connection.vendor, "sha256": files}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    return manifest


def restore(folder: Path) -> dict[str, Any]:
    """Put everything back from `folder`, in place of what is here; gives the manifest.

    Every file is compared with the manifest before anything is touched. Raises BackupError.
    """
    manifest = verify(folder)
    if manifest["database"] != connection.vendor:
        raise BackupError(f"made on {manifest['database']}, this portal runs on {connection.vendor}")
    _load_database(folder)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    with tarfile.open(folder / _MEDIA_FILE) as tar:
        tar.extractall(settings.MEDIA_ROOT.parent, filter="data")
    for tool in tools():
        tool.restore(folder / tool.slug)
    return manifest


def verify(folder: Path) -> dict[str, Any]:
    """The manifest, once every file has been found to be what it says. Raises BackupError."""
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        expected = manifest["sha256"]
    except (OSError, ValueError, KeyError) as error:
        raise BackupError(f"{folder} holds no readable {_MANIFEST}") from error
    seen = {str(path.relative_to(folder)) for path in _files(folder)} - {_MANIFEST}
    wrong = [name for name in expected if name not in seen or _sha256(folder / name) != expected[name]]
    if wrong or seen - set(expected):
        raise BackupError(f"not what the manifest says: {', '.join(sorted(wrong or seen - set(expected)))}")
    return manifest


def _dump_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / _SQLITE_FILE)])
        return
    _run_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={folder / _POSTGRESQL_FILE}")


def _load_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        # SQLite's own copying replaces the content under the feet of whoever has the file open, all at once.
        with sqlite3.connect(folder / _SQLITE_FILE) as source:
            source.backup(connection.connection)
        source.close()
    else:
        connections.close_all()
        _run_postgresql(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            str(folder / _POSTGRESQL_FILE),
        )
    connections.close_all()


def _run_postgresql(program: str, *arguments: str) -> None:
    chosen = settings.DATABASES["default"]
    where = {
        "PGHOST": chosen["HOST"],
        "PGPORT": chosen["PORT"] or "5432",
        "PGUSER": chosen["USER"],
        "PGPASSWORD": chosen["PASSWORD"],
        "PGDATABASE": connection.settings_dict["NAME"],
    }
    database = ["--dbname", where["PGDATABASE"]] if program == "pg_restore" else []
    try:
        subprocess.run(
            [program, *database, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **where},
        )
    except FileNotFoundError as error:
        raise BackupError(
            f"{program} is not on this machine: install PostgreSQL's client programs"
        ) from error
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program}: {error.stderr.strip()[-500:]}") from error


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
