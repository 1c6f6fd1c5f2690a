"""Extract in a process of its own, with limits: what a page or a PDF made for it breaks is that process only.

What is refused beforehand (`hostile`, `selector_cost`) is what is known. This holds for the rest: a PDF of a
few kilobytes that unfolds to gigabytes, a fault in a parser. It costs the start of a Python.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from terms_tracker.extraction.documents import SourceDocument
from terms_tracker.extraction.errors import ExtractionError, TooComplexError

_CHILD = "terms_tracker.extraction.apart_child"
_ROOT = Path(__file__).resolve().parents[2]
# The clock is only there for a child that sleeps: on a busy machine processor time comes slowly.
_PATIENCE = 10


def extract_apart(
    snapshots: Iterable[tuple[SourceDocument, bytes | str, str]],
    *,
    cpu_seconds: int = 60,
    memory_megabytes: int = 2_000,
) -> str:
    """Do what `extract` does, in a child process.

    Args:
        snapshots: as for `extract`.
        cpu_seconds: how much processor time it may use.
        memory_megabytes: how much memory it may ask for.

    Returns:
        The Markdown.

    Raises:
        TooComplexError: the child passed a limit or broke.
        ExtractionError: as `extract` does.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-m", _CHILD, str(cpu_seconds), str(memory_megabytes)],
            input=pickle.dumps(list(snapshots)),
            capture_output=True,
            cwd=_ROOT,
            timeout=cpu_seconds * _PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooComplexError(f"Reading it took more than {cpu_seconds * _PATIENCE} seconds") from error
    if child.returncode != 0:
        raise TooComplexError(
            f"Reading it took more than {cpu_seconds} seconds of processor time or {memory_megabytes} MB, "
            "or broke the parser"
        )
    # What comes back was written by `apart_child`, which is ours.
    outcome: str | ExtractionError = pickle.loads(child.stdout)  # noqa: S301 (written by our own child)
    if isinstance(outcome, ExtractionError):
        raise outcome
    return outcome
