"""All that is published, to take away."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disinfo.exports import as_file, as_stream, as_zip
from encyclopedia import exports
from encyclopedia.models import Page


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Which formats there are."""
    return render(request, "encyclopedia/export.html", {"pages_count": Page.objects.live().count()})


@require_safe
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """All pages as Markdown files in a zip, as JSON, CSV or STIX; streamed as they are read."""
    if form not in _FORMATS:
        raise Http404
    return _FORMATS[form](request, f"disinfo-encyclopedia-{timezone.localdate():%Y-%m-%d}")


def _markdown(request: HttpRequest, name: str) -> StreamingHttpResponse:
    return as_zip(request, name, exports.files())


def _json(request: HttpRequest, name: str) -> StreamingHttpResponse:
    rows = (exports.row_of(page) for page in exports.pages())
    return as_file(request, name, "json", (), rows)


def _csv(request: HttpRequest, name: str) -> StreamingHttpResponse:
    return as_file(request, name, "csv", exports.columns(), exports.rows())


def _stix(request: HttpRequest, name: str) -> StreamingHttpResponse:
    pieces = (line.encode() for line in exports.stix_lines())
    return as_stream(request, f"{name}.stix.json", "application/stix+json;version=2.1", pieces)


_FORMATS: dict[str, Callable[[HttpRequest, str], HttpResponseBase]] = {
    "markdown": _markdown,
    "json": _json,
    "csv": _csv,
    "stix": _stix,
}
