"""How fast terms are extracted: `python benchmarks/extraction.py [RUNS]`, on the recorded snapshots."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = Path(os.environ.get("DISINFO_SHARED_DATA") or ROOT / "../shared/data") / "terms/recorded/cases.json"
BAR_PER_CPU_SECOND, BAR_MEGABYTES = 40, 300
# The reference engine, v14.1.0, measured on 150 snapshots of the same kind (research/terms.md §0). It is
# quoted, not run: it needs Node and hundreds of packages.
REFERENCE_PER_CPU_SECOND, REFERENCE_MEGABYTES = 2.6, 1_400


def main() -> int:
    """Run the engine, a new process each time, and print medians beside the bars."""
    if not CASES.exists():
        print(f"Nothing measured: the recorded snapshots are not there ({CASES}).")
        return 0
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as out:
        figures = [measure(out) for _ in range(runs)]
    wall, cpu, megabytes = (statistics.median(column) for column in zip(*figures, strict=True))
    print(f"median of {runs} runs     ours   bar     reference engine (quoted)")
    print(f"documents / second    {wall:6.1f}")
    print(f"documents / CPU s     {cpu:6.1f}  >= {BAR_PER_CPU_SECOND:<4} {REFERENCE_PER_CPU_SECOND}")
    print(f"peak RSS, MB          {megabytes:6.0f}  <  {BAR_MEGABYTES:<4} {REFERENCE_MEGABYTES}")
    print(f"{cpu / REFERENCE_PER_CPU_SECOND:.0f} times the reference engine per CPU second")
    return 0 if cpu >= BAR_PER_CPU_SECOND and megabytes < BAR_MEGABYTES else 1


def measure(out: str) -> tuple[float, float, float]:
    """Return documents per second, documents per CPU second and megabytes of one run."""
    printed = subprocess.run(
        [sys.executable, "-m", "terms_tracker.extraction", CASES, out],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    _, wall, cpu, memory = printed.splitlines()
    return float(wall.split()[0]), float(cpu.split()[0]), float(memory.split()[0])


if __name__ == "__main__":
    sys.exit(main())
