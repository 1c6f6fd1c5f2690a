"""Dossiers: a page to print, the same as JSON, and both in a zip with checksums."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from political_ads import dossiers
from political_ads.models import Ad, Advertiser, Media


@require_safe
def ad_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """All of one ad."""
    ad = get_object_or_404(Ad.objects.for_lists().select_related("last_snapshot"), pk=pk)
    return _answer(request, f"ad-{ad.pk}", dossiers.of_ad(ad), dossiers.kept_pictures(ad))


@require_safe
def advertiser_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """All of one advertiser."""
    advertiser = get_object_or_404(Advertiser, pk=pk)
    return _answer(request, f"advertiser-{advertiser.pk}", dossiers.of_advertiser(advertiser), [])


def _answer(
    request: HttpRequest, name: str, dossier: Mapping[str, Any], pictures: list[Media]
) -> HttpResponse:
    kind = request.GET.get("format")
    if kind == "json":
        return JsonResponse(dossier, json_dumps_params={"ensure_ascii": False, "indent": 2})
    template = f"political_ads/dossier_{dossier['kind']}.html"
    if kind == "zip":
        page = render_to_string("political_ads/dossier_file.html", {"dossier": dossier, "body": template})
        headers = {"Content-Disposition": f'attachment; filename="dossier-{name}.zip"'}
        return HttpResponse(
            dossiers.packed(dossier, page, pictures), content_type="application/zip", headers=headers
        )
    return render(request, "political_ads/dossier.html", {"dossier": dossier, "body": template})
