"""What needs a person who knows: contested creatives, and findings of legal weight."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from disinfo.accounts.models import User
from political_ads import crowd_figures
from political_ads.forms import ReviewForm
from political_ads.labels import CLASSES, Label
from political_ads.models import LABEL_NAMES, Task
from political_ads.permissions import can_review
from political_ads.services import reviewing
from political_ads.shown import shown_ad

_PER_PAGE = 50


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for reviewers, the most answered first."""
    _reviewers_only(request)
    waiting = (
        Task.objects.to_review()
        .select_related("creative")
        .prefetch_related("creative__reviews")
        .order_by("-votes_count", "pk")
    )
    context = {
        "page_obj": Paginator(waiting, _PER_PAGE).get_page(request.GET.get("page")),
        "waiting": crowd_figures.waiting_for_reviewers(),
        "may_review": True,
    }
    return render(request, "political_ads/reviews.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A creative with what the crowd and the reviewers say of it; POST keeps a decision."""
    _reviewers_only(request)
    task = get_object_or_404(Task.objects.select_related("creative"), pk=pk)
    own = task.creative.reviews.filter(reviewer=cast("User", request.user)).first()
    form = ReviewForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        task = reviewing.review(
            creative=task.creative,
            reviewer=cast("User", request.user),
            label=Label(form.cleaned_data["label"]),
            note=form.cleaned_data["note"],
        )
        kept = _("Kept, and published: two reviewers agree.")
        waits = _("Kept. It is published once another reviewer agrees.")
        differs = _("Kept. Reviewers disagree: nothing is published until one more of them settles it.")
        says = kept if task.finding else differs if task.creative.has_reviewers_at_odds else waits
        messages.success(request, says)
        return redirect("ads:review", pk)
    said = crowd_figures.said_of(task.pk)
    scores = task.scores or [0.0] * len(CLASSES)
    context = {
        "task": task,
        "shown": shown_ad(task.pk),
        "form": form,
        "reviews": task.creative.reviews.select_related("reviewer"),
        "said": [
            (LABEL_NAMES[label.value], said[label], score)
            for label, score in zip(CLASSES, scores, strict=True)
        ],
        "cant_say": said[Label.CANT_SAY],
        "may_review": True,
    }
    return render(request, "political_ads/review.html", context)


def _reviewers_only(request: HttpRequest) -> None:
    if not can_review(request.user):
        raise PermissionDenied
