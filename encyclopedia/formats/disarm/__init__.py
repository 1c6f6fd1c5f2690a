"""The DISARM framework (DISARM Foundation, CC-BY-SA-4.0), with its ids and relations, from its sheets or from lines."""

from collections.abc import Iterator
from pathlib import Path

from encyclopedia.formats.disarm import lines, pages, sheets
from encyclopedia.formats.incoming import Incoming, Refused


def read(path: Path) -> Iterator[Incoming | Refused]:
    """Every object as a page: of a folder of sheets saved as CSV, of one of these sheets, or of a file of JSON lines.

    The neighbours of a single sheet are read for the titles it leads to, so that it gives what the folder gives.

    Raises:
        ValueError: nothing of the framework is there, or a sheet or a line is not as the framework has it.
    """
    if path.is_dir():
        yield from pages.incoming(sheets.rows(path))
    elif path.suffix.lower() == ".csv":
        yield from pages.incoming(sheets.rows(path.parent), only=sheets.kind_in(path))
    else:
        yield from pages.incoming(lines.rows(path))
