"""Lists for spreadsheets and programs, streamed row by row."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, StreamingHttpResponse

_BATCH_LINES = 500
# A spreadsheet runs a cell that begins so (CWE-1236); a leading quote makes it text again.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> object:
    """The value as a spreadsheet may be given it: text that looks like a formula is quoted, numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Lines of CSV (RFC 4180), the header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for cells in _with_header(columns, rows):
        writer.writerow(cells)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _with_header(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[object]]:
    yield columns
    for row in rows:
        yield [safe_cell(row.get(column)) for column in columns]


def ndjson_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows:
        yield json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n"


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One JSON array, a row at a time."""
    separator = "[\n"
    for row in rows:
        yield separator + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def as_file(
    request: HttpRequest, name: str, kind: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> StreamingHttpResponse:
    """A download of `rows` as csv, json or ndjson, named `name`.<kind>; raises KeyError for another kind."""
    lines, content_type = {
        "csv": (csv_lines(columns, rows), "text/csv; charset=utf-8"),
        "json": (json_lines(rows), "application/json"),
        "ndjson": (ndjson_lines(rows), "application/x-ndjson"),
    }[kind]
    return as_stream(request, f"{name}.{kind}", content_type, (line.encode() for line in lines))


def as_stream(
    request: HttpRequest, name: str, content_type: str, pieces: Iterator[bytes]
) -> StreamingHttpResponse:
    """A download named `name` whose pieces are sent as they are made."""
    # An asynchronous server would gather an ordinary iterator whole before it sends the first piece.
    content = _in_batches(pieces) if isinstance(request, ASGIRequest) else pieces
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type=content_type, headers=headers)


def as_zip(
    request: HttpRequest, name: str, files: Iterable[tuple[str, str | bytes]]
) -> StreamingHttpResponse:
    """A download of files (name, content) as one zip archive, named `name`.zip."""
    return as_stream(request, f"{name}.zip", "application/zip", zip_chunks(files))


def zip_chunks(files: Iterable[tuple[str, str | bytes]]) -> Iterator[bytes]:
    """The bytes of a zip archive, file by file: never more than one of them is held."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Where an archive is written that goes on at once; it cannot be gone back in."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        taken, self._written = bytes(self._written), bytearray()
        return taken


async def _in_batches(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while batch := await sync_to_async(b"".join)(islice(pieces, _BATCH_LINES)):
        yield batch
