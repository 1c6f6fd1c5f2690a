"""What everyone sees: published clusters as numbers, how they were found, and how to answer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from botdetect import figures
from botdetect.agreement import positive_predictive_value
from botdetect.forms import RequestForm
from botdetect.models import Cluster, Review
from botdetect.permissions import is_reviewer
from botdetect.services import requests
from botdetect.services.reviews import precision_of
from disinfo.exports import as_file

OPEN_COLUMNS = (
    "id",
    "title",
    "published_at",
    "accounts",
    "edges",
    "shares",
    "window",
    "trace",
    "significant",
    "shuffled",
)
_BASE_RATES = (0.01, 0.05, 0.1, 0.3)
# Measured on two labelled sets, in docs/methodology.md: true and false positive rates.
_RULES = (
    ("dormant", 0.127, 0.054),
    ("forest_elsewhere", 0.75, 0.214),
    ("forest_at_home", 0.917, 0.066),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is published, in numbers."""
    context = {
        "figures": figures.public(),
        "clusters": Cluster.objects.published()[:50],
        "may_review": is_reviewer(request.user),
    }
    return render(request, "botdetect/home.html", context)


@require_safe
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """A published cluster: numbers and evidence, no name."""
    cluster = get_object_or_404(Cluster.objects.published().select_related("run__collection"), pk=pk)
    explanations = dict(Review.Explanation.choices)
    context = {
        "cluster": cluster,
        "run": cluster.run,
        "report": cluster.run.report,
        "traces": figures.traces(cluster),
        "looked": [explanations[each] for each in cluster.explanations if each in explanations],
        "precision": precision_of(cluster.run.members.all()),
        "churn": figures.churn(cluster),
    }
    return render(request, "botdetect/published.html", context)


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """What coordination is and is not, how it is found, how sure that is."""
    rows = [
        (rule, [(rate, round(100 * positive_predictive_value(found, alarms, rate))) for rate in _BASE_RATES])
        for rule, found, alarms in _RULES
    ]
    return render(request, "botdetect/methodology.html", {"rates": _BASE_RATES, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Right of reply, or to be forgotten."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        requests.receive(**form.cleaned_data)
        messages.success(request, _("Received. We answer by e-mail."))
        return redirect("bots:home")
    return render(request, "botdetect/ask.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
def data(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Open data: one row a published cluster, no name in it."""
    if kind not in {"csv", "json", "ndjson"}:
        raise Http404
    rows = (
        {
            "id": cluster.pk,
            "title": cluster.title,
            "published_at": cluster.published_at,
            "accounts": cluster.accounts_count,
            "edges": cluster.edges_count,
            "shares": cluster.aggregates.get("shares"),
            "window": cluster.run.report.get("parameters", {}).get("window"),
            "trace": cluster.run.trace,
            "significant": cluster.run.report.get("counts", {}).get("significant"),
            "shuffled": max(cluster.run.report.get("shuffled_significant") or [0]),
        }
        for cluster in Cluster.objects.published().select_related("run")
    )
    return as_file(request, "clusters", kind, OPEN_COLUMNS, rows)
