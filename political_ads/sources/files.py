"""Rows of a file, one at a time with its line: CSV, JSON, or one JSON object a line; packed with gzip or not."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from political_ads.sources.records import Refused, SourceFileError

Row = Mapping[str, Any]
_GZIP = b"\x1f\x8b"
_LONGEST_CELL = 1_000_000
_LARGEST_JSON = 200_000_000
_SNIFFED = 65_536


def rows_of(path: Path) -> Iterator[tuple[int, Row | Refused]]:
    """Each row with the line it stands on (1 is the first line of the file), or what is wrong with it.

    Raises SourceFileError when the file is empty, missing or none of the formats.
    """
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(path.open("rb"))
            packed = raw.peek(2).startswith(_GZIP)
            plain = stack.enter_context(gzip.open(raw)) if packed else raw
            text = io.TextIOWrapper(cast("io.BufferedReader", plain), "utf-8-sig", "replace", newline="")
            yield from _rows(stack.enter_context(text))
    except (OSError, EOFError, zlib.error) as error:
        raise SourceFileError(f"{path.name} cannot be read: {error}") from error


def rows_of_ndjson(body: bytes) -> Iterator[tuple[int, Row | Refused]]:
    """The same of what was sent to us: one JSON object a line."""
    return _json_lines(io.StringIO(body.decode("utf-8", "replace")))


def _rows(stream: io.TextIOWrapper) -> Iterator[tuple[int, Row | Refused]]:
    # Looked at without moving on: a stream out of gzip goes back to its start slowly.
    start = stream.buffer.peek(_SNIFFED).decode("utf-8", "replace").lstrip("\ufeff \r\n\t")  # type: ignore[attr-defined]  # of a BufferedReader
    if not start:
        raise SourceFileError("The file is empty.")
    if start[0] == "{" and _is_object(start.splitlines()[0]):
        return _json_lines(stream)
    return _json_whole(stream) if start[0] in "[{" else _csv(stream, start)


def _is_object(line: str) -> bool:
    """Whether the first line is an object by itself, so that each line is one."""
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return "data" not in found or not isinstance(found["data"], list)


def _json_lines(stream: io.TextIOBase) -> Iterator[tuple[int, Row | Refused]]:
    for line, text in enumerate(stream, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            yield line, Refused(line, "not a JSON object")
            continue
        yield line, row if isinstance(row, dict) else Refused(line, "not a JSON object")


def _json_whole(stream: io.TextIOWrapper) -> Iterator[tuple[int, Row | Refused]]:
    text = stream.read(_LARGEST_JSON + 1)
    if len(text) > _LARGEST_JSON:
        raise SourceFileError("This JSON file is too large to be read at once: write one object a line.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceFileError(f"The file is not JSON: {str(error)[:200]}") from error
    rows = found.get("data") or found.get("ads") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise SourceFileError('The file holds no list of ads: a list, or {"data": [...]}, is read.')
    for number, row in enumerate(rows, start=1):
        yield number, row if isinstance(row, dict) else Refused(number, "not a JSON object")


def _csv(stream: io.TextIOWrapper, start: str) -> Iterator[tuple[int, Row | Refused]]:
    header = start.splitlines()[0]
    separator = max(",;\t", key=header.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader(stream, delimiter=separator)
    if len(reader.fieldnames or ()) < 2:
        raise SourceFileError("The file is neither JSON nor a table with columns.")
    try:
        for row in reader:
            extra = row.pop(None, None)
            if extra is not None:
                yield reader.line_num, Refused(reader.line_num, "more cells than columns")
            else:
                yield reader.line_num, row
    except csv.Error as error:
        raise SourceFileError(f"Line {reader.line_num}: {error}") from error
