"""Runs, clusters and edges, for reviewers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from botdetect import evidence, figures, lines
from botdetect.following import LEAST
from botdetect.forms import TRACE_NAMES, LookupForm, PublishForm, ReviewForm
from botdetect.models import Account, Cluster, Edge, Member, Run, Verdict
from botdetect.services import lookup as lookups
from botdetect.services import profiles, reviews, runs
from botdetect.views.access import reviewers_only, user_of

_PER_PAGE = 50
_SIZE = 600
_MOST_PROFILES = 500
_MOST_LINES = 2000
_MOST_OTHERS, _MOST_NAMED = 30, 200


@reviewers_only
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: its progress, then what it found and how sure that is."""
    from botdetect.coordination.compatible import COORTWEET_FAULTS  # heavy: not for every web process

    found = get_object_or_404(Run.objects.visible_to(request.user).select_related("collection", "job"), pk=pk)
    clusters = Paginator(found.clusters.order_by("number"), _PER_PAGE).get_page(request.GET.get("page"))
    done = Run.objects.visible_to(request.user).filter(state=Run.State.DONE).exclude(pk=found.pk)
    others = done.select_related("collection").alias(is_other=Q(collection=found.collection))
    context = {
        "run": found,
        "page_obj": clusters,
        "trace": TRACE_NAMES.get(found.trace, found.trace),
        "precision": reviews.precision_of(found.members.all()),
        "sample": _sample(found),
        "others": others.order_by("-is_other", "-created_at", "-pk")[:_MOST_OTHERS],
        "differences": COORTWEET_FAULTS,
    }
    return render(request, "botdetect/run.html", context)


def _sample(run: Run) -> list[dict[str, Any]]:
    members = list(run.members.filter(is_sampled=True).order_by("number"))
    handles = evidence.handles_of(run, [member.name for member in members])
    counts: dict[int, int] = {}
    for member in Verdict.objects.filter(member__in=members).values_list("member_id", flat=True):
        counts[member] = counts.get(member, 0) + 1
    return [
        {
            "member": member,
            "shown": handles.get(member.name, member.name),
            "verdicts": counts.get(member.pk, 0),
        }
        for member in members
    ]


@reviewers_only
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run."""
    found = get_object_or_404(Run.objects.visible_to(request.user), pk=pk)
    runs.cancel(run=found, actor=user_of(request))
    messages.success(request, _("The run stops at its next stage."))
    return redirect(found)


@reviewers_only
@require_safe
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two runs: which clusters of the one are found again in the other, by the accounts they share."""
    readable = Run.objects.visible_to(request.user).select_related("collection")
    one, two = get_object_or_404(readable, pk=pk), get_object_or_404(readable, pk=other)
    context = {"one": one, "two": two, "pairs": lines.beside(one, two), "least": LEAST}
    return render(request, "botdetect/compare.html", context)


def find_cluster(request: HttpRequest, pk: int) -> Cluster:
    """The cluster, if the caller may read it; 404 otherwise."""
    return get_object_or_404(
        Cluster.objects.visible_to(request.user).select_related("run__collection"), pk=pk
    )


@reviewers_only
@require_safe
def cluster(request: HttpRequest, pk: int) -> HttpResponse:
    """A cluster with all its evidence."""
    return _page_of(request, find_cluster(request, pk))


def _page_of(
    request: HttpRequest,
    found: Cluster,
    *,
    review: ReviewForm | None = None,
    publish: PublishForm | None = None,
) -> HttpResponse:
    """The page of a cluster; with what somebody wrote in one of its forms that was refused."""
    members = list(found.members.order_by("-degree", "number")[:500])
    handles = evidence.handles_of(found.run, [member.name for member in members])
    mine = found.reviews.filter(reviewer=user_of(request)).first()
    initial = vars(mine) if mine else {}
    numbers = {member.number: handles.get(member.name, member.name) for member in members}
    has_shares = found.run.collection.events_path.exists()
    context = {
        "cluster": found,
        "run": found.run,
        "members": [{"member": member, "shown": numbers[member.number]} for member in members],
        "edges": [
            {"edge": edge, "a": numbers.get(edge.a, edge.a), "b": numbers.get(edge.b, edge.b)}
            for edge in found.edges.strongest()[:100]
        ],
        "drawing": drawing_of(found, numbers),
        "size": _SIZE,
        "timeline": evidence.timeline_of(found) if has_shares else [],
        "traces": figures.traces(found),
        "reviews": found.reviews.select_related("reviewer"),
        "form": review or ReviewForm(initial=initial),
        "publish": publish or PublishForm(initial={"title": found.title, "summary": found.summary}),
        "churn": figures.churn(found),
        "signal": profiles.signal_of(Account.objects.of_cluster(found)[:_MOST_PROFILES]),
        "needed": reviews.REVIEWERS_NEEDED,
    }
    status = 400 if review or publish else 200
    return render(request, "botdetect/cluster.html", context, status=status)


@reviewers_only
@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """A cluster from run to run: who came, who went, who stayed."""
    found = find_cluster(request, pk)
    readable = Run.objects.visible_to(request.user).select_related("collection")
    is_across = "across" in request.GET
    if not is_across:
        readable = readable.filter(collection=found.run.collection_id, trace=found.run.trace)
    steps = lines.line_of(found, readable)
    context = {
        "cluster": found,
        "run": found.run,
        "is_across": is_across,
        "least": LEAST,
        "most": lines.MOST_RUNS,
        "sizes": [
            {
                "label": f"{step.cluster.run.created_at:%Y-%m-%d} · {step.cluster.run_id}",
                "value": step.cluster.accounts_count,
            }
            for step in steps
        ],
        "rows": [_row_of(step) for step in steps],
        "is_changed": any(step.came or step.went for step in steps),
    }
    return render(request, "botdetect/line.html", context)


def _row_of(step: lines.Step) -> dict[str, Any]:
    """A step with its trace and the accounts that came and went by their handles, the first of them only."""
    named = {"came": step.came[:_MOST_NAMED], "went": step.went[:_MOST_NAMED]}
    handles = evidence.handles_of(step.cluster.run, [*named["came"], *named["went"]])
    shown = {key: [handles.get(name, name) for name in names] for key, names in named.items()}
    trace = TRACE_NAMES.get(step.cluster.run.trace, step.cluster.run.trace)
    return {"step": step, "trace": trace, "came": shown["came"], "went": shown["went"]}


def drawing_of(cluster: Cluster, names: dict[int, str]) -> dict[str, Any]:
    """Where the worker has put the members: dots and the lines between their places, for the server or sigma.js."""
    drawn = sorted((int(number), place) for number, place in cluster.layout.items())
    at = {number: order for order, (number, _place) in enumerate(drawn)}
    degree = dict(cluster.members.filter(number__in=at).values_list("number", "degree"))
    dots = [
        {
            "x": _place(x),
            "y": _place(y),
            "name": names.get(number, str(number)),
            "degree": degree.get(number, 0),
        }
        for number, (x, y) in drawn
    ]
    edges = cluster.edges.filter(a__in=at, b__in=at).strongest()[:_MOST_LINES]
    lines = [
        {"a": at[a], "b": at[b], "from": dots[at[a]], "to": dots[at[b]]}
        for a, b in edges.values_list("a", "b")
    ]
    return {"dots": dots, "lines": lines}


def _place(value: float) -> int:
    return round((value + 1) / 2 * (_SIZE - 40)) + 20


@reviewers_only
@require_safe
def edge(request: HttpRequest, pk: int) -> HttpResponse:
    """Why an edge is there."""
    found = get_object_or_404(
        Edge.objects.filter(run__in=Run.objects.visible_to(request.user)).select_related(
            "run__collection", "cluster"
        ),
        pk=pk,
    )
    names = evidence.names_of(found)
    handles = evidence.handles_of(found.run, list(names))
    has_shares = found.run.collection.events_path.exists()
    context = {
        "edge": found,
        "names": [handles.get(name, name) for name in names],
        "evidence": evidence.evidence_of(found) if has_shares else None,
    }
    return render(request, "botdetect/edge.html", context)


@reviewers_only
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a decision."""
    found, form = find_cluster(request, pk), ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a decision and give its reason."))
        return _page_of(request, found, review=form)
    reviews.review(cluster=found, reviewer=user_of(request), **form.cleaned_data)
    messages.success(request, _("Your decision is kept."))
    return redirect(found)


@reviewers_only
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a confirmed cluster's aggregates to everyone, or take them back."""
    found = find_cluster(request, pk)
    if "withdraw" in request.POST:
        reviews.withdraw(cluster=found, reason=request.POST.get("reason", ""), actor=user_of(request))
        messages.success(request, _("The cluster is no longer public."))
        return redirect(found)
    form = PublishForm(request.POST)
    try:
        if not form.is_valid():
            raise reviews.ReviewError(_("Give a title and a summary."))
        reviews.publish(cluster=found, actor=user_of(request), **form.cleaned_data)
        messages.success(request, _("Published."))
    except reviews.ReviewError as error:
        messages.error(request, str(error))
        return _page_of(request, found, publish=form)
    return redirect(found)


@reviewers_only
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a judgement of a sampled account."""
    member = get_object_or_404(Member.objects.filter(run__in=Run.objects.visible_to(request.user)), pk=pk)
    judgement = request.POST.get("judgement", "")
    try:
        if judgement not in Verdict.Judgement:
            raise reviews.ReviewError(_("Choose a judgement."))
        reviews.judge(member=member, reviewer=user_of(request), judgement=judgement)
        messages.success(request, _("Your judgement is kept."))
    except reviews.ReviewError as error:
        messages.error(request, str(error))
    return redirect(member.run)


@reviewers_only
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """What is known of one account."""
    form = LookupForm(request.GET or None)
    answer = None
    if form.is_bound and form.is_valid():
        answer = lookups.look_up(text=form.cleaned_data["q"], actor=user_of(request))
    return render(request, "botdetect/lookup.html", {"form": form, "answer": answer})
