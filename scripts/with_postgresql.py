"""Run a command with DATABASE_URL pointing at a PostgreSQL server made for it, and ended with it.

Without a server binary on this machine it says so and runs nothing.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL server here."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def main(command: list[str]) -> int:
    """Start a server on a unix socket, run the command, stop the server."""
    binaries = find_binaries()
    if binaries is None:
        print("No PostgreSQL server on this machine: this part is skipped.", flush=True)
        return 0
    # Asked to end, it ends the command and the server too, which is in a session of its own.
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit(143))
    # PostgreSQL refuses to run as root.
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="disinfo-pg-") as folder:
        home = Path(folder)
        if user:
            shutil.chown(home, user="postgres")
        data, socket = home / "data", home
        run = {"cwd": home, "stdout": subprocess.DEVNULL, **user}
        arguments = ["-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-U", "disinfo"]
        subprocess.run([binaries / "initdb", "-D", data, *arguments], check=True, **run)
        control = [binaries / "pg_ctl", "-D", data, "-w"]
        subprocess.run(
            [*control, "-l", home / "log", "-o", f"{FAST} -k {socket} -h ''", "start"], check=True, **run
        )
        try:
            address = f"postgresql://disinfo@/postgres?host={socket}"
            return subprocess.run(
                command, env={**os.environ, "DATABASE_URL": address}, check=False
            ).returncode
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, **run)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
