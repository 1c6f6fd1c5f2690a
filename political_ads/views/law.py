"""The law as data: when which rule holds, what it says, and which ads are to be checked."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disinfo.accounts.models import User
from political_ads.law import windows_of
from political_ads.models import Election, HitReview, Rule, RuleHit
from political_ads.permissions import can_review
from political_ads.services import rules

_PER_PAGE = 25


class ReviewForm(forms.ModelForm[HitReview]):
    """What a reviewer says of a hit, and why."""

    class Meta:
        model = HitReview
        fields = ["decision", "note"]
        widgets = {"decision": forms.RadioSelect, "note": forms.Textarea(attrs={"rows": 4})}


@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """Elections with the windows they open, rules with their text and source, and ads to check."""
    waiting = Count("hits", filter=Q(hits__state=RuleHit.State.TO_CHECK))
    active = Rule.objects.active().annotate(
        waiting=waiting, confirmed=Count("hits", filter=Q(hits__state=RuleHit.State.CONFIRMED))
    )
    found = list(active)
    hits = RuleHit.objects.exclude(state=RuleHit.State.DISMISSED).select_related(
        "rule", "election", "ad__source", "ad__advertiser", "ad__creative"
    )
    chosen = next((rule for rule in found if rule.code == request.GET.get("rule")), None)
    if chosen:
        hits = hits.filter(rule=chosen)
    context = {
        "rules": [(rule, *rule.words) for rule in found],
        "elections": [(election, _windows(election, found)) for election in Election.objects.all()[:20]],
        "page_obj": Paginator(hits.order_by("-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "may_review": can_review(request.user),
    }
    return render(request, "political_ads/law.html", context)


@login_required
def review_hit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether the rule is concerned; two who say the same settle it."""
    if not can_review(request.user):
        raise PermissionDenied
    hit = get_object_or_404(
        RuleHit.objects.select_related("ad__source", "ad__creative", "rule", "election"), pk=pk
    )
    reviewer = cast("User", request.user)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rules.review(hit=hit, reviewer=reviewer, **form.cleaned_data)
        messages.success(request, _("Your review is kept."))
        return redirect(hit.ad)
    title, summary = hit.rule.words
    context = {
        "hit": hit,
        "form": form,
        "title": title,
        "summary": summary,
        "reviews": hit.reviews.select_related("reviewer"),
    }
    return render(request, "political_ads/review_hit.html", context)


def _windows(election: Election, active: list[Rule]) -> list[dict[str, Any]]:
    found = []
    for rule in active:
        if rule.window == "always" or rule.country not in ("", election.country):
            continue
        for first, last in windows_of(rule.window, election.ballot(), rule.parameters):
            if not rule.applies_from or last >= rule.applies_from:
                found.append(
                    {"rule": rule.words[0], "first": max(first, rule.applies_from or first), "last": last}
                )
    return sorted(found, key=lambda window: window["first"])
