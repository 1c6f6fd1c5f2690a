"""Open data: what there is, and the files."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disinfo.streaming import file_response
from political_ads.library_permissions import can_read_texts
from political_ads.services import open_data as files


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Files with their checksums, and what their columns hold."""
    manifest = files.manifest()
    context = {
        "manifest": manifest,
        "made_at": datetime.fromisoformat(manifest["made_at"]) if manifest else None,
        "may_read_texts": can_read_texts(request.user),
    }
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
    content_type = "application/json" if name == files.MANIFEST else "application/octet-stream"
    return file_response(request, folder / name, content_type=content_type)
