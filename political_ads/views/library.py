"""The library: all ads, and one."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from disinfo import worddiff
from disinfo.diffview import blocks_of
from political_ads.disclosures import checklist_of
from political_ads.models import Ad, AdVersion, Media
from political_ads.narrowing import PER_PAGE, CappedPaginator, NarrowForm, narrowed
from political_ads.permissions import can_review
from political_ads.wording import amount_range
from political_ads.words_of_fields import name_of_field, said

_VERSIONS_SHOWN = 30
_OTHERS_SHOWN = 10


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every ad there is or was, narrowed by what the reader asks."""
    form = NarrowForm(request.GET or None)
    chosen = form.chosen() if form.is_bound else {}
    paginator = CappedPaginator(narrowed(chosen).for_lists(), PER_PAGE)
    context = {
        "form": form,
        "chosen": chosen,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "counted": paginator.counted,
    }
    return render(request, "political_ads/library.html", context)


@require_safe
def ad(request: HttpRequest, source: str, external_id: str) -> HttpResponse:
    """One ad: what it shows, who paid, how it changed, whether it is still there, and what the law may ask."""
    found = get_object_or_404(
        Ad.objects.for_lists().select_related("last_snapshot"), source__slug=source, external_id=external_id
    )
    context = {
        "ad": found,
        "name": found.advertiser.name if found.advertiser else found.external_id,
        "pictures": found.creative.media.filter(state=Media.State.KEPT),
        "spend": amount_range(found.spend_low, found.spend_high, found.currency),
        "impressions": amount_range(found.impressions_low, found.impressions_high),
        "versions": [shown_version(version) for version in found.versions.all()[:_VERSIONS_SHOWN]],
        "runs": found.intervals.all(),
        "events": found.events.all(),
        "hits": hits_of(found),
        "others": found.creative.ads.exclude(pk=found.pk).for_lists().order_by("-pk")[:_OTHERS_SHOWN],
        "details": [(name, said(value)) for name, value in found.details.items()],
        "checklist": checklist_of(found),
        "may_review": can_review(request.user),
    }
    return render(request, "political_ads/ad.html", context)


def hits_of(ad: Ad) -> Any:
    """The rules that seem to concern an ad, dismissed ones last."""
    hits = ad.hits.select_related("rule", "election").order_by("state", "pk")
    return hits.prefetch_related(Prefetch("reviews"))


def shown_version(version: AdVersion) -> dict[str, Any]:
    """A version as the page shows it: each field with before and after, texts as a diff."""
    fields = []
    for name, (before, after) in sorted(version.changes.items()):
        is_text = name in {"text", "title", "description"}
        fields.append(
            {
                "name": name_of_field(name),
                "before": said(before, name),
                "after": said(after, name),
                "blocks": blocks_of(worddiff.diff(str(before), str(after))) if is_text else None,
            }
        )
    return {"seen_at": version.seen_at, "fields": fields}
