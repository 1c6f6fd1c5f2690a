"""Where the real data lies: beside the project, never in it. Tests that need it skip without it."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]


def shared_data(name: str) -> Path:
    """Return the path of a file or folder of the real data, whether it is there or not."""
    return Path(os.environ.get("DISINFO_SHARED_DATA") or _ROOT / "../shared/data") / name


def need_shared_data(name: str) -> Path:
    """Return the path of a file or folder of the real data; skip the test if it is not there."""
    path = shared_data(name)
    if not path.exists():
        pytest.skip(f"needs the real data: {path} is not there (set DISINFO_SHARED_DATA)")
    return path
