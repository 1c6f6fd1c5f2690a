"""`python -m terms_tracker.evidence verify FILE`: says each thing checked, and fails when one is wrong."""

import argparse
import sys
from pathlib import Path

from terms_tracker.evidence.verify import verify


def main(arguments: list[str] | None = None) -> int:
    """Run with these arguments; 0 when the evidence holds, 1 when it does not, 2 when there is no such file."""
    parser = argparse.ArgumentParser(prog="python -m terms_tracker.evidence", description=__doc__)
    parser.add_argument("deed", choices=["verify"])
    parser.add_argument("file", type=Path)
    asked = parser.parse_args(arguments)
    try:
        data = asked.file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{asked.file}: {error.strerror}\n")
        return 2
    findings = verify(data)
    for each in findings:
        sys.stdout.write(f"{'ok ' if each.is_good else 'BAD'}  {each.what}\n")
    holds = all(each.is_good for each in findings)
    sys.stdout.write("The evidence holds.\n" if holds else "The evidence does NOT hold.\n")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
