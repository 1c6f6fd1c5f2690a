"""The cells of a sheet saved as CSV."""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from encyclopedia.document import plain
from encyclopedia.formats import separated

Cells = Mapping[str, str]


def name_of(path: Path) -> str:
    """The sheet a file holds: an office program puts the workbook before it, DISARM_DATA_MASTER-tools.csv."""
    return path.stem.rpartition("-")[2].lower()


def cells_of(path: Path, needed: Set[str] = frozenset()) -> Iterator[Cells]:
    """Each row by the names of its columns, an empty cell as an empty text.

    Raises:
        ValueError: the file is no CSV in UTF-8, or has no column of one of the names needed; it is named.
    """
    try:
        with separated.rows(path) as rows:
            if missing := needed - set(rows.fieldnames or ()):
                raise ValueError(f"there is no column {', '.join(sorted(missing))}")
            for row in rows:
                yield {name: plain(row[name] or "").strip() for name in rows.fieldnames or ()}
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
