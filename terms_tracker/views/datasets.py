"""The datasets of the collections: what there is, and the files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from disinfo.streaming import file_response
from terms_tracker.models import Collection
from terms_tracker.services import datasets as services


@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """Each collection that the reader may see, with its files and their checksums."""
    rows = [(each, services.datasets_of(each)) for each in Collection.objects.visible_to(request.user)]
    return render(request, "terms_tracker/datasets.html", {"rows": rows})


@require_safe
def dataset(request: HttpRequest, collection: str, name: str) -> HttpResponseBase:
    """One file."""
    found = get_object_or_404(Collection.objects.visible_to(request.user), key=collection)
    path = next((each.path for each in services.datasets_of(found) if each.path.name == name), None)
    if path is None:
        raise Http404
    return file_response(request, path, content_type="application/zip")
