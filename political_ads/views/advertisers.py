"""Who advertises: pages, who paid for them, what they spent, what went away."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from political_ads import advertiser_figures
from political_ads.models import Advertiser

_PER_PAGE = 50
_ADS_SHOWN = 25


@require_safe
def advertisers(request: HttpRequest) -> HttpResponse:
    """Advertisers by name, or those with most ads."""
    query = request.GET.get("q", "").strip()[:100]
    found = Advertiser.objects.largest_first()
    if query:
        found = found.named(query)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "political_ads/advertisers.html", {"page_obj": page, "query": query})


@require_safe
def advertiser(request: HttpRequest, pk: int) -> HttpResponse:
    """One advertiser: its ads, payers, labels, removals."""
    found = get_object_or_404(Advertiser, pk=pk)
    profile = advertiser_figures.profile_of(found)
    context = {
        "advertiser": found,
        "former_names": found.former_names.all(),
        "figures": profile.figures,
        "payers": profile.payers,
        "labels": profile.labels,
        "is_kept": found.ads_count >= advertiser_figures.LARGE,
        "totals": found.totals.select_related("snapshot__source").order_by("-snapshot__taken_at", "pk")[:10],
        "ads": found.ads.for_lists().order_by("-pk")[:_ADS_SHOWN],
    }
    return render(request, "political_ads/advertiser.html", context)
