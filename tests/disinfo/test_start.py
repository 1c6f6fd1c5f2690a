"""What the web process carries from its start."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("igraph", "numpy", "pyarrow", "scipy", "sklearn")
START = (
    "import gc, sys, disinfo.asgi; "
    "from disinfo.portal.tools import tools; [each.commands() for each in tools()]; "
    "print('frozen' if gc.get_freeze_count() > len(gc.get_objects()) else ''); "
    f"print(*({{each.partition('.')[0] for each in sys.modules}} & {set(HEAVY)!r}))"
)


@pytest.fixture(scope="module")
def said() -> list[str]:
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-c", START], cwd=root, capture_output=True, text=True, check=True)
    return run.stdout.split("\n")


def test_a_web_process_starts_without_the_arithmetic_of_the_tools(said):
    assert said[1] == ""


def test_what_is_loaded_at_the_start_is_not_walked_over_by_the_garbage_collector(said):
    assert said[0] == "frozen"
