"""Tables saved as text, as office programs write them: commas, semicolons or tabs between the cells, in UTF-8."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def rows(path: Path) -> Iterator["csv.DictReader[str]"]:
    """A reader of the rows by the names of their columns, for as long as the file is open.

    Raises:
        ValueError: the file is not in UTF-8, or a row is no row; its line is named.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        reader = csv.DictReader(file, delimiter=max(",;\t", key=head.count))
        try:
            yield reader
        except csv.Error as error:
            raise ValueError(f"line {reader.line_num}: {error}") from error
