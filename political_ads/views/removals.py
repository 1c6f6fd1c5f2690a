"""What went away: numbers that are always told together, by library, and what they are made of."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disinfo import exports
from disinfo.accounts.models import User
from political_ads import comparisons, scorecards
from political_ads.models import AlertFollower, Election, LibrarySnapshot, Source
from political_ads.models.crowd import LABEL_NAMES
from political_ads.removal import STORY_OF_2019, Comparison
from political_ads.services import alerts, totals

_SNAPSHOTS_SHOWN = 60
_ALERTS_SHOWN = 20
COLUMNS = (
    *("part", "before", "after", "added", "removed", "net_percent", "gross_percent"),
    *("unexplained", "unexplained_percent", "explained", "reclassified", "confirmed", "back_filled"),
)


@require_safe
def removals(request: HttpRequest) -> HttpResponse:
    """The story of 2019, and the same numbers for each library that is watched."""
    sources = list(Source.objects.filter(snapshots__isnull=False).distinct())
    source = _chosen_source(request, sources)
    context: dict[str, Any] = {"story": STORY_OF_2019, "sources": sources, "source": source}
    if source:
        context |= _of_source(request, source)
    return render(request, "political_ads/removals.html", context)


@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """The numbers of one comparison and of its parts, as CSV."""
    source = get_object_or_404(Source, slug=request.GET.get("source", ""))
    earlier, later = _chosen_pair(request, source)
    if earlier is None or later is None:
        raise Http404
    what = request.GET.get("by", "country")
    name = f"removals-{source.slug}-{earlier.taken_at:%Y%m%d}-{later.taken_at:%Y%m%d}"
    return exports.as_file(request, name, "csv", COLUMNS, _rows(what, earlier, later))


@require_safe
def comparison(
    request: HttpRequest,  # noqa: ARG001 (the same for everybody)
    source: str,
    earlier: int,
    later: int,
) -> HttpResponse:
    """The permalink of one comparison: what is cited on a page of the encyclopedia or in a room."""
    if LibrarySnapshot.objects.pair(source, earlier, later) is None:
        raise Http404
    return redirect(f"{reverse('ads:removals')}?source={source}&from={earlier}&to={later}")


@login_required
@require_POST
def follow(request: HttpRequest, source: str) -> HttpResponse:
    """Be told of a library by mail, or no longer."""
    found = get_object_or_404(Source, slug=source)
    wanted = request.POST.get("wanted") == "yes"
    alerts.follow(source=found, user=cast("User", request.user), wanted=wanted)
    messages.success(
        request, _("You will be told by e-mail.") if wanted else _("You will not be told any more.")
    )
    return redirect(f"{reverse('ads:removals')}?source={found.slug}")


# A mail program posts here without a session (RFC 8058): the signed address is what lets it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def no_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mail's own address leads: reading it asks, posting to it stops."""
    try:
        follower = alerts.follower_of(token)
    except BadSignature as error:
        raise Http404 from error
    if request.method == "POST" and follower:
        alerts.follow(source=follower.source, user=follower.user, wanted=False)
        follower = None
    return render(request, "political_ads/no_mail.html", {"follower": follower})


@require_safe
def scorecard(request: HttpRequest) -> HttpResponse:
    """Each library: is the payer given, is it complete, what went away."""
    cards = [scorecards.card_of(source) for source in Source.objects.all()]
    return render(request, "political_ads/scorecard.html", {"cards": [card for card in cards if card.ads]})


def _chosen_source(request: HttpRequest, sources: list[Source]) -> Source | None:
    asked = request.GET.get("source", "")
    return next((source for source in sources if source.slug == asked), None)


def _of_source(request: HttpRequest, source: Source) -> dict[str, Any]:
    earlier, later = _chosen_pair(request, source)
    what = request.GET.get("by", "country")
    what = what if what in comparisons.BY else "country"
    points = comparisons.series(source)
    context: dict[str, Any] = {
        "alerts": source.alerts.all()[:_ALERTS_SHOWN],
        "snapshots": source.snapshots.order_by("-taken_at")[:_SNAPSHOTS_SHOWN],
        "complete": _complete(source).reverse()[:_SNAPSHOTS_SHOWN],
        "earlier": earlier,
        "later": later,
        "by": what,
        "lines": [
            (_("announced by the platform"), [(point.day, point.announced) for point in points]),
            (_("really available"), [(point.day, point.available) for point in points]),
        ]
        if len(points) > 1
        else [],
        "moments": [(election.name, election.first_round) for election in _elections(source)],
        "replay": totals.replay(source) if source.snapshots.filter(of_totals=True).exists() else None,
        "is_followed": request.user.is_authenticated
        and AlertFollower.objects.filter(source=source, user=request.user).exists(),
    }
    if earlier and later:
        context |= {
            "figures": comparisons.compare(earlier, later),
            "parts": [_named(part, what) for part in comparisons.compare_by(what, earlier, later)],
            "survival": [
                {"label": step.days, "value": round(100 * step.share, 1)}
                for step in comparisons.survival(source)
            ],
        }
    return context


def _named(part: comparisons.Part, what: str) -> comparisons.Part:
    """A label in words; anything without a name says so."""
    name = str(LABEL_NAMES.get(part.name, "")) or _("not settled") if what == "label" else part.name
    return comparisons.Part(part.key, name or _("not given"), part.figures)


def _elections(source: Source) -> Any:
    elections = Election.objects.order_by("first_round")
    return elections.filter(country=source.country) if source.country else elections


def _complete(source: Source) -> Any:
    return LibrarySnapshot.objects.complete().of_ads().filter(source=source)


def _chosen_pair(
    request: HttpRequest, source: Source
) -> tuple[LibrarySnapshot | None, LibrarySnapshot | None]:
    """The two complete snapshots asked for, in the order of time; the first and the last otherwise."""
    complete = {snapshot.pk: snapshot for snapshot in _complete(source)}
    keys = list(complete)
    if len(keys) < 2:
        return None, None
    asked = [request.GET.get(name, "") for name in ("from", "to")]
    chosen = [int(key) if key.isdecimal() and int(key) in complete else None for key in asked]
    first, second = chosen[0] or keys[0], chosen[1] or keys[-1]
    if keys.index(first) > keys.index(second):
        first, second = second, first
    return complete[first], complete[second]


def _rows(what: str, earlier: LibrarySnapshot, later: LibrarySnapshot) -> Iterator[dict[str, Any]]:
    yield _row("all", comparisons.compare(earlier, later))
    if what in comparisons.BY:
        for part in comparisons.compare_by(what, earlier, later, most=10_000):
            yield _row(part.name, part.figures)


def _row(name: str, figures: Comparison) -> dict[str, Any]:
    shares = {
        "net_percent": figures.net,
        "gross_percent": figures.gross,
        "unexplained_percent": figures.unexplained_share,
    }
    counts = ("before", "after", "added", "removed", "unexplained", "explained", "reclassified", "confirmed")
    return {"part": name, **{each: getattr(figures, each) for each in (*counts, "back_filled")}, **shares}
