"""The child of `apart`: read the snapshots from the standard input, write the Markdown or the error."""

import pickle
import resource
import sys

from terms_tracker.extraction.errors import ExtractionError
from terms_tracker.extraction.version import extract


def main() -> None:
    """Set the limits given on the command line, then extract."""
    cpu_seconds, memory = int(sys.argv[1]), int(sys.argv[2]) * 2**20
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    outcome: str | ExtractionError
    try:
        outcome = extract(pickle.load(sys.stdin.buffer))  # noqa: S301 - from our own parent
    except ExtractionError as error:
        outcome = error
    sys.stdout.buffer.write(pickle.dumps(outcome))


if __name__ == "__main__":
    main()
