"""Rows of a file, one at a time with its line: CSV, JSON, or one JSON object a line; packed with gzip or not."""

import codecs
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

    Raises SourceFileError when the file is empty, missing, none of the formats, or breaks off.
    """
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(path.open("rb"))
            packed = raw.peek(2).startswith(_GZIP)
            # gzip says itself when its end is not there.
            is_whole = packed or _ends_a_line(raw)
            plain = stack.enter_context(gzip.open(raw)) if packed else raw
            text = io.TextIOWrapper(cast("io.BufferedReader", plain), "utf-8-sig", "replace", newline="")
            yield from _rows(stack.enter_context(text), is_whole=is_whole)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceFileError(f"{path.name} cannot be read: {error}") from error


def rows_of_ndjson(body: bytes) -> Iterator[tuple[int, Row | Refused]]:
    """The same of what was sent to us: one JSON object a line."""
    return _json_lines(io.StringIO(body.decode("utf-8", "replace")), is_whole=True)


def _ends_a_line(raw: io.BufferedReader) -> bool:
    """Whether the last byte ends a line; the file is at its start again afterwards."""
    size = raw.seek(0, io.SEEK_END)
    raw.seek(max(0, size - 1))
    last = raw.read(1)
    raw.seek(0)
    return last in {b"", b"\n", b"\r"}


def _rows(stream: io.TextIOWrapper, *, is_whole: bool) -> Iterator[tuple[int, Row | Refused]]:
    # Looked at without moving on: a stream out of gzip goes back to its start slowly.
    head: bytes = stream.buffer.peek(_SNIFFED)  # type: ignore[attr-defined]  # of a BufferedReader
    start = head.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if not start:
        raise SourceFileError("The file is empty.")
    if start[0] == "{" and _is_object(start.splitlines()[0]):
        return _json_lines(stream, is_whole=is_whole)
    return _json_whole(stream) if start[0] in "[{" else _csv(stream, head, start, is_whole=is_whole)


def _is_object(line: str) -> bool:
    """Whether the first line is an object by itself, so that each line is one."""
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return "data" not in found or not isinstance(found["data"], list)


def _json_lines(stream: io.TextIOBase, *, is_whole: bool) -> Iterator[tuple[int, Row | Refused]]:
    for line, text in enumerate(stream, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            if not is_whole and not text.endswith("\n"):
                raise _broken_off(line) from None
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


def _csv(
    stream: io.TextIOWrapper, head: bytes, start: str, *, is_whole: bool
) -> Iterator[tuple[int, Row | Refused]]:
    header = start.splitlines()[0]
    separator = max(",;\t", key=header.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader(stream, delimiter=separator)
    if len(reader.fieldnames or ()) < 2:
        raise SourceFileError("The file is neither JSON nor a table with columns.")
    _check_letters(head)
    try:
        yield from _table_rows(reader, is_whole=is_whole)
    except csv.Error as error:
        raise SourceFileError(f"Line {reader.line_num}: {error}") from error


def _table_rows(reader: "csv.DictReader[str]", *, is_whole: bool) -> Iterator[tuple[int, Row | Refused]]:
    short: tuple[int, Row] | None = None
    for row in reader:
        if short:
            yield short
            short = None
        extra = row.pop(None, None)  # where DictReader puts what has no column
        if extra is not None:
            yield reader.line_num, Refused(reader.line_num, "more cells than columns")
        elif not is_whole and None in row.values():
            # Held back: in the middle of a file it is a row, at its end it is where the file was cut.
            short = reader.line_num, row
        else:
            yield reader.line_num, row
    if short:
        raise _broken_off(short[0])


def _broken_off(line: int) -> SourceFileError:
    return SourceFileError(
        f"The file breaks off in line {line}: it was cut short. Fetch it again, and import it."
    )


def _check_letters(head: bytes) -> None:
    """Refuse a table in another encoding, whose letters would all be read wrong; one stray byte later on is not."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        raise SourceFileError("The file is not in UTF-8: save it in that encoding, and import it.") from error
