"""`python -m political_ads.sources FORMAT FILE`: how many rows are ads, and why the others are not."""

import sys
from collections import Counter
from pathlib import Path

from political_ads.sources import FORMATS, Refused, SourceFileError, parser_of, records_of, rows_of


def main(arguments: list[str]) -> int:
    """Read a file and print what it holds; 1 when nothing of it can be read."""
    if len(arguments) != 2:
        print(f"usage: python -m political_ads.sources {{{','.join(FORMATS)}}} FILE")
        return 2
    read, reasons = 0, Counter[str]()
    try:
        for record in records_of(rows_of(Path(arguments[1])), parser_of(arguments[0])):
            if isinstance(record, Refused):
                reasons[record.reason] += 1
            else:
                read += 1
    except SourceFileError as error:
        print(error)
        return 1
    print(f"{read} read, {reasons.total()} refused")
    for reason, count in reasons.most_common(20):
        print(f"{count:8}  {reason}")
    return 0 if read else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
