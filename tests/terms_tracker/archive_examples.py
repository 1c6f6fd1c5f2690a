import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terms_tracker.archive import Entry

START = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)


def make_entry(content: bytes | str = "text", /, *, minutes: int = 0, **fields) -> Entry:
    fields = {"service": "Parship", "terms_type": "Terms of Service"} | fields
    return Entry(content=content, fetched_at=START + timedelta(minutes=minutes), **fields)


def porcelain(folder: Path, *arguments: str) -> str:
    """Run the ordinary git a person would, without this machine's configuration."""
    identity = {
        f"GIT_{who}_{what}": "someone" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=environment | identity,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
