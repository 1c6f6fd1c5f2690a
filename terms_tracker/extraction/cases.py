"""Run extraction on a file of cases, in one process or several, and measure it."""

import json
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from terms_tracker.extraction.documents import PROPERTIES, parse_document
from terms_tracker.extraction.errors import DeclarationError, ExtractionError, UnknownFilterError
from terms_tracker.extraction.version import PDF, extract

Case = dict[str, object]


@dataclass(frozen=True)
class Outcome:
    """What a case gave: its version, or the error in its place; and the filters left out."""

    version: str | None
    error: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """What a run cost, start-up left out."""

    documents: int
    errors: int
    wall_seconds: float
    cpu_seconds: float
    peak_megabytes: float


def load(path: Path) -> list[Case]:
    """Read a file of cases.

    Raises:
        ValueError: the file is not an array of cases.
    """
    cases = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(cases, list):
        raise ValueError(f"{path} must hold an array of cases.")
    for case in cases:
        # The id becomes a file name: it must not lead out of the folder.
        name = case.get("id") if isinstance(case, dict) else None
        if not isinstance(name, str) or not name or "/" in name or "\\" in name or "\0" in name:
            raise ValueError(f"{path} holds a case with no usable id: {name!r}.")
    return cases


def run(case: Case, folder: Path) -> Outcome:
    """Extract the version of one case.

    An unknown filter is left out with a warning: cases are versions of the reference engine, which leaves
    it out without a word.

    Args:
        case: its documents, each with its declaration and `snapshot`, a path.
        folder: what the paths start from.

    Returns:
        What came of it; no error of a case is raised.
    """
    warnings: list[str] = []

    def warn(error: UnknownFilterError) -> None:
        warnings.append(f"{error}; it is left out")

    try:
        documents = case["documents"]
        if not isinstance(documents, list) or not documents:
            raise DeclarationError("documents", "must be an array of documents")
        snapshots = []
        for properties in documents:
            declared = {name: properties[name] for name in PROPERTIES if name in properties}
            document = parse_document(
                declared, combined=len(documents) > 1, lenient=True, on_unknown_filter=warn
            )
            snapshot = folder / properties["snapshot"]
            mime_type = PDF if snapshot.suffix.lower() == ".pdf" else "text/html"
            snapshots.append((document, snapshot.read_bytes(), mime_type))
        return Outcome(extract(snapshots), "", tuple(warnings))
    except (ExtractionError, DeclarationError, OSError, KeyError, TypeError) as error:
        return Outcome(None, _describe(error), tuple(warnings))


def run_all(cases: Sequence[Case], folder: Path, jobs: int) -> tuple[list[Outcome], Figures]:
    """Run every case, in `jobs` processes.

    Returns:
        The outcome of each case, in order, and what the run cost.
    """
    wall, cpu = time.perf_counter(), _cpu_seconds()
    if jobs == 1:
        outcomes = [run(case, folder) for case in cases]
    else:
        with ProcessPoolExecutor(jobs) as pool:
            outcomes = list(pool.map(partial(run, folder=folder), cases, chunksize=4))
    return outcomes, Figures(
        documents=sum(len(listed) for listed in _documents_of(cases)),
        errors=sum(1 for outcome in outcomes if outcome.version is None),
        wall_seconds=time.perf_counter() - wall,
        cpu_seconds=_cpu_seconds() - cpu,
        peak_megabytes=_peak_megabytes(),
    )


def write(outcome: Outcome, name: str, folder: Path) -> None:
    """Write `<name>.md`, or `<name>.error.txt`; what another run left of the other kind goes."""
    version, error = folder / f"{name}.md", folder / f"{name}.error.txt"
    if outcome.version is None:
        version.unlink(missing_ok=True)
        error.write_bytes(outcome.error.encode("utf-8", "replace"))
    else:
        error.unlink(missing_ok=True)
        version.write_bytes(outcome.version.encode("utf-8", "replace"))


def _documents_of(cases: Sequence[Case]) -> list[list[object]]:
    return [listed for case in cases if isinstance(listed := case.get("documents"), list)]


def _describe(error: Exception) -> str:
    if isinstance(error, KeyError | TypeError):
        return f"The case is incomplete: {error}"
    return str(error)


def _cpu_seconds() -> float:
    """Return the processor time of this process and of its children that ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_megabytes() -> float:
    """Return the most memory one process held, this one or a child."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(usage.ru_maxrss for usage in usages) / 1024
