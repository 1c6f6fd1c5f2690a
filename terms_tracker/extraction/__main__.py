"""Extract the versions of a file of cases: `python -m terms_tracker.extraction CASES.json OUT_DIR`."""

import argparse
import sys
from pathlib import Path

from terms_tracker.extraction import cases


def main(arguments: list[str] | None = None) -> int:
    """Extract every case, write the results, print what it cost.

    Args:
        arguments: those of the command line when None.

    Returns:
        0 when all cases ran, whatever came of them; 2 when the cases cannot be read.
    """
    parser = argparse.ArgumentParser(prog="python -m terms_tracker.extraction", description=__doc__)
    parser.add_argument("cases", type=Path, help="cases.json; the paths in it start from its folder")
    parser.add_argument("out", type=Path, help="folder for <id>.md and <id>.error.txt, made if need be")
    parser.add_argument("--jobs", type=int, default=1, help="processes to use (1)")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error("--jobs must be at least 1")
    try:
        listed = cases.load(options.cases)
        options.out.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 2
    outcomes, figures = cases.run_all(listed, options.cases.parent, options.jobs)
    for case, outcome in zip(listed, outcomes, strict=True):
        cases.write(outcome, str(case["id"]), options.out)
        for warning in outcome.warnings:
            print(f"warning: {case['id']}: {warning}", file=sys.stderr)
    _report(figures)
    return 0


def _report(figures: cases.Figures) -> None:
    print(f"{figures.documents} documents, {figures.errors} cases without a version")
    print(f"{figures.documents / max(figures.wall_seconds, 1e-9):.1f} documents per second")
    print(f"{figures.documents / max(figures.cpu_seconds, 1e-9):.1f} documents per CPU second")
    print(f"{figures.peak_megabytes:.0f} MB peak RSS")


if __name__ == "__main__":
    sys.exit(main())
