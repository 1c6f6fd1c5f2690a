"""The real data that lies beside the project on machines that have it."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("DISINFO_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def shared_data(name: str) -> Path:
    """The file or folder of this name; skips the test, saying so, where it is not."""
    if not (FOLDER / name).exists():
        pytest.skip(f"the real data ({name}) is not on this machine")
    return FOLDER / name
