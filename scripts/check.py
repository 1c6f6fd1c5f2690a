"""Everything a change must pass, from the cheapest to the dearest; `make test` runs it. Stops at the first failure."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["disinfo", "encyclopedia", "collaborate", "terms_tracker", "botdetect", "political_ads"]
DEPLOYED = {
    "DISINFO_HTTPS": "1",
    "SECRET_KEY": "x" * 25 + os.urandom(20).hex(),
    "ALLOWED_HOSTS": "disinfo.example",
}
DEBIAN = {"chromium": "chromium", "chromedriver": "chromium-driver", "msgfmt": "gettext"}


def step(name: str, *command: str, **environment: str) -> None:
    """Run one check and say how long it took; a failure ends everything with its own exit code."""
    began = time.monotonic()
    print(f"── {name}", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    print(f"   {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode:
        sys.exit(done.returncode)


def install_system_packages() -> None:
    """Chromium, its driver and gettext from Debian's packages where that can be; elsewhere say what is missing."""
    missing = [package for program, package in DEBIAN.items() if not shutil.which(program)]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        step("apt-get update", "apt-get", "update", "-qq")
        step(
            f"install {', '.join(missing)}",
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            *missing,
        )
    else:
        print(f"Missing: {', '.join(missing)}. The tests that need them are skipped and say so.", flush=True)


def main() -> None:
    """All checks; the suite on SQLite comes last, so that its own line closes the run."""
    install_system_packages()
    step("lint", "ruff", "check", "-q", ".")
    step("format", "ruff", "format", "-q", "--check", ".")
    templates = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]
    step("templates", "djade", "--target-version", "5.2", "--check", *templates)
    step("imports", "lint-imports", "--no-cache")
    step("types", "mypy")
    manage = [sys.executable, "manage.py"]
    step("migrations", *manage, "makemigrations", "--check", "--dry-run", "-v0")
    step("deployment", *manage, "check", "--deploy", "--fail-level", "WARNING", **DEPLOYED)
    if shutil.which("msgfmt"):
        step("catalogues", sys.executable, "scripts/messages.py", "--check")
    workers = os.environ.get("PYTEST_WORKERS", "2")
    # Neighbours share what a module sets up: they stay with one worker until the other has nothing left.
    suite = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "worksteal"]
    # What never touches a database need not be seen twice.
    needless = ["-m", "not browser and not chaos", "--ignore", "tests/terms_tracker/extraction"]
    step("suite on PostgreSQL", sys.executable, "scripts/with_postgresql.py", *suite, *needless)
    step("suite on SQLite, browser and chaos included", *suite)


if __name__ == "__main__":
    main()
