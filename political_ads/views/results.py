"""What the crowd found: shares of all ads with their interval, and how far people agree."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from political_ads import crowd_figures
from political_ads.models import CLASS_NAMES, LABEL_NAMES
from political_ads.permissions import can_review
from political_ads.services.queueing import languages_waiting


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Shares by label, in one language or in all."""
    languages = [language for language in languages_waiting() if language]
    asked = request.GET.get("lang", "")
    language = asked if asked in languages else ""
    found = crowd_figures.prevalence(language=language)
    names = {**LABEL_NAMES, crowd_figures.UNDECIDED: _("No agreement reached")}
    agreement = crowd_figures.agreement()
    alphas = agreement["labels"] if agreement else {}
    context = {
        "prevalence": found,
        "rows": [(names[share.label], share) for share in found.shares],
        "points": [
            {"label": str(names[share.label]), "value": round(100 * share.value, 1)} for share in found.shares
        ],
        "agreement": agreement,
        "alphas": [(name, alphas.get(label)) for label, name in CLASS_NAMES],
        "ad_languages": languages,
        "language": language,
        "progress": crowd_figures.progress(),
        "may_review": can_review(request.user),
    }
    return render(request, "political_ads/results.html", context)
