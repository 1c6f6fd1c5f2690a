"""Open data: what there is, and the files."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from political_ads.library_permissions import can_read_texts
from political_ads.services import open_data as files

_PIECE = 1 << 18


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Files with their checksums, and what their columns hold."""
    context = {"manifest": files.manifest(), "may_read_texts": can_read_texts(request.user)}
    return render(request, "political_ads/data.html", context)


@require_safe
def download(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file of the last night; texts are for accredited accounts."""
    manifest, folder = files.manifest(), files.latest()
    names = {each["name"] for each in manifest["files"]} if manifest else set()
    if folder is None or name not in {*names, files.MANIFEST}:
        raise Http404
    if name == files.TEXTS and not can_read_texts(request.user):
        raise PermissionDenied
    path = folder / name
    pieces = _pieces(path)
    response = StreamingHttpResponse(
        _in_turn(pieces) if isinstance(request, ASGIRequest) else pieces,
        content_type="application/json" if name == files.MANIFEST else "application/octet-stream",
    )
    response["Content-Length"] = str(path.stat().st_size)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
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
