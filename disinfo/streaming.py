"""Sending something large piece by piece."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

_PIECE = 1 << 18


def file_response(request: HttpRequest, path: Path, *, content_type: str) -> StreamingHttpResponse:
    """A file to keep, under its own name; never held whole in memory."""
    pieces = _pieces(path)
    response = StreamingHttpResponse(
        _in_turn(pieces) if isinstance(request, ASGIRequest) else pieces, content_type=content_type
    )
    response["Content-Length"] = str(path.stat().st_size)
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


async def _in_turn(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """For an asynchronous server, which would gather an ordinary iterator whole before it sends the first piece."""
    following = sync_to_async(lambda: next(pieces, b""))
    while piece := await following():
        yield piece
