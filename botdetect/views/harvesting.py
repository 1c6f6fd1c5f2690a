"""Collecting from X: asked for, estimated, started, watched; and what a crawl found dormant."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from botdetect.harvest_forms import BudgetForm, HarvestForm
from botdetect.models import Collection, Harvest
from botdetect.services import spending
from botdetect.services.harvests import asking, findings
from botdetect.services.harvests.asking import HarvestError
from botdetect.views.access import reviewers_only, user_of
from disinfo.accounts import audit
from disinfo.exports import as_file

_SHOWN = 200


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_harvest(request: HttpRequest, pk: int) -> HttpResponse:
    """What to collect from X into a collection, and for how much; it is estimated first."""
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=pk)
    form = HarvestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(
                asking.ask(
                    collection=collection,
                    kind=form.cleaned_data["kind"],
                    asked=form.asked(),
                    most_money=form.cleaned_data["most_money"],
                    actor=user_of(request),
                )
            )
        except HarvestError as error:
            form.add_error(None, str(error))
    context = {"collection": collection, "form": form, **_prices()}
    return render(request, "botdetect/new_harvest.html", context, status=400 if form.errors else 200)


def _prices() -> dict[str, Any]:
    return {
        "post_price": spending.dollars(spending.price("post")),
        "user_price": spending.dollars(spending.price("user")),
        "follow_price": spending.dollars(spending.price("follow")),
        "month_left": spending.dollars(spending.left()),
    }


def _harvest(request: HttpRequest, pk: int) -> Harvest:
    found = Harvest.objects.visible_to(request.user).select_related("collection", "job")
    return get_object_or_404(found, pk=pk)


@reviewers_only
@require_safe
def harvest(request: HttpRequest, pk: int) -> HttpResponse:
    """A harvest: its estimate, what it has cost, how far it is."""
    found = _harvest(request, pk)
    targets = found.targets.order_by("depth", "pk")
    context = {
        "harvest": found,
        "collection": found.collection,
        "asked": findings.words_of(found),
        "month_left": spending.dollars(spending.left()),
        "targets": targets[:_SHOWN],
        "targets_left": found.targets.left().count(),
        "targets_count": targets.count(),
        "depths": found.targets.values("depth").annotate(number=Count("pk")).order_by("depth"),
        "dormant": found.targets.dormant().count(),
        "budget": BudgetForm(initial={"most_money": f"{found.most_money:.2f}"}),
    }
    return render(request, "botdetect/harvest.html", context)


@reviewers_only
@require_POST
def start_harvest(request: HttpRequest, pk: int) -> HttpResponse:
    """Start it, or have it go on, with the budget that was given."""
    found, form = _harvest(request, pk), BudgetForm(request.POST)
    try:
        if not form.is_valid():
            raise HarvestError(_("Give a budget in dollars."))
        asking.start(harvest=found, most_money=form.cleaned_data["most_money"], actor=user_of(request))
    except HarvestError as error:
        messages.error(request, str(error))
    return redirect(found)


@reviewers_only
@require_POST
def stop_harvest(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it before its next call."""
    found = _harvest(request, pk)
    asking.stop(harvest=found, actor=user_of(request))
    messages.success(request, _("It stops before its next call."))
    return redirect(found)


@reviewers_only
@require_POST
def dormant(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The accounts that a crawl found dormant, as CSV; the reason is asked for and kept."""
    found = _harvest(request, pk)
    audit.record(
        "bots.exported",
        actor=user_of(request),
        on=found,
        kind="dormant",
        reason=request.POST.get("reason", "")[:500],
    )
    return as_file(request, f"dormant-{found.pk}", "csv", findings.COLUMNS, findings.dormant_rows(found))
