"""All that is published, to take away."""

import json
from collections.abc import Callable

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disinfo.exports import as_file, as_zip
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
    rows = (exports.row_of(page, with_text=True) for page in exports.pages())
    return as_file(request, name, "json", exports.COLUMNS, rows)


def _csv(request: HttpRequest, name: str) -> StreamingHttpResponse:
    return as_file(request, name, "csv", exports.COLUMNS, exports.rows())


def _stix(_request: HttpRequest, name: str) -> HttpResponse:
    bundle = exports.stix_bundle(exports.stix_pages())
    content = json.dumps(bundle, cls=DjangoJSONEncoder, ensure_ascii=False)
    headers = {"Content-Disposition": f'attachment; filename="{name}.stix.json"'}
    return HttpResponse(content, content_type="application/stix+json;version=2.1", headers=headers)


_FORMATS: dict[str, Callable[[HttpRequest, str], HttpResponseBase]] = {
    "markdown": _markdown,
    "json": _json,
    "csv": _csv,
    "stix": _stix,
}
