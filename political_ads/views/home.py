"""Where citizens come in, and where everything is explained."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from political_ads import crowd_figures
from political_ads.consensus import rules
from political_ads.models import LABEL_NAMES, UNDO_SECONDS, Ad
from political_ads.permissions import can_review
from political_ads.queue import AUDIT_SHARE
from political_ads.services.standing import KEEP_NETWORKS_DAYS
from political_ads.services.voting import NETWORK_PER_HOUR, PER_HOUR, PER_MINUTE, SESSIONS_PER_DAY
from political_ads.wording import LABEL_HINTS

_REMOVED_SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One call to classify, how far it is, and what libraries removed lately."""
    removed = Ad.objects.filter(presence=Ad.Presence.REMOVED).order_by("-missing_since", "-pk")
    # Of the ads that show the same thing, one stands for all.
    latest = {ad.creative_id: ad for ad in removed.select_related("advertiser", "source", "creative")[:200]}
    context = {
        "progress": crowd_figures.progress(),
        "ads_count": Ad.objects.count(),
        "removed": list(latest.values())[:_REMOVED_SHOWN],
        "removed_count": removed.count(),
        "may_review": can_review(request.user),
        "at": timezone.now(),
    }
    return render(request, "political_ads/home.html", context)


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How answers become a label, and what is kept about the person."""
    context = {
        "may_review": can_review(request.user),
        "labels": [(LABEL_NAMES[label.value], hint) for label, hint in LABEL_HINTS.items()],
        "sure": round(100 * rules.SURE),
        "sure_legal": round(100 * rules.SURE_OF_LEGAL_WEIGHT),
        "least": rules.LEAST_ANSWERS,
        "tested_after": rules.TESTED_AFTER,
        "audit_percent": round(100 * AUDIT_SHARE),
        "undo_minutes": UNDO_SECONDS // 60,
        "per_minute": PER_MINUTE,
        "per_hour": PER_HOUR,
        "network_per_hour": NETWORK_PER_HOUR,
        "sessions_per_day": SESSIONS_PER_DAY,
        "network_days": KEEP_NETWORKS_DAYS,
    }
    return render(request, "political_ads/method.html", context)
