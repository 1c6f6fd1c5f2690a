"""What the web process carries from its start."""

import subprocess
import sys
from pathlib import Path

HEAVY = ("igraph", "numpy", "pyarrow", "scipy", "sklearn")
START = (
    "import sys, disinfo.asgi; from django.urls import get_resolver; get_resolver().url_patterns; "
    "from disinfo.portal.tools import tools; [each.commands() for each in tools()]; "
    f"print(*({{each.partition('.')[0] for each in sys.modules}} & {set(HEAVY)!r}))"
)


def test_a_web_process_starts_without_the_arithmetic_of_the_tools():
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-c", START], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
