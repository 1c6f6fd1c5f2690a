"""What is tracked: services, terms, and their changes."""

from itertools import islice
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from disinfo.accounts.models import User
from terms_tracker import figures
from terms_tracker.changes import FOLDED
from terms_tracker.forms import ChangesForm
from terms_tracker.models import Collection, Service, Terms, Version
from terms_tracker.permissions import can_ask_for_check
from terms_tracker.services import federation, tracking

_PER_PAGE = 30
_ELSEWHERE_SHOWN = 20


def _page(
    request: HttpRequest, rows: QuerySet[Service] | QuerySet[Version], *, count: int | None = None
) -> Page[Service | Version]:
    """A wrong page number gives the nearest page rather than an error; `count` is of the rows, where it is known."""
    pages = Paginator(rows, _PER_PAGE)
    if count is not None:
        pages.count = count
    return cast("Page[Service | Version]", pages.get_page(request.GET.get("page")))


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Every service, with its last change and health; by words, collection and health."""
    if moved := _old_comparison(request):
        return moved
    query, selected = request.GET.get("q", "").strip()[:100], request.GET.get("collection", "")
    health = request.GET.get("health", "")
    found = Service.objects.visible_to(request.user).with_summary().select_related("collection")
    if query:
        found = found.filter(Q(name__icontains=query) | Q(key__icontains=query))
    if selected:
        found = found.filter(collection__key=selected)
    if health == "failing":
        found = found.filter(failing_count__gt=0)
    elif health == "ok":
        found = found.filter(failing_count=0)
    context = {
        "page_obj": _page(request, found),
        "elsewhere": list(islice(federation.find(name=query), _ELSEWHERE_SHOWN)) if len(query) > 1 else [],
        "query": query,
        "collections": Collection.objects.visible_to(request.user),
        "selected": selected,
        "health": health,
        "changes": Version.objects.visible_to(request.user)
        .changes()
        .worth_reading()
        .newest_first()
        .prefetch_related("topics")[:10],
        "figures": figures.counts(request.user),
    }
    return render(request, "terms_tracker/services.html", context)


def _old_comparison(request: HttpRequest) -> HttpResponse | None:
    """The addresses of Scripta Manent, the comparison tool of 2019, lead to the comparison of the same two dates."""
    given = request.GET
    if given.get("action") != "submit" or not given.get("typeofdocument"):
        return None
    named = Q(service__name__iexact=given.get("service", "")) | Q(
        service__key__iexact=given.get("service", "")
    )
    found = Terms.objects.visible_to(request.user).filter(named, type__iexact=given["typeofdocument"])
    terms = found.select_related("service__collection").order_by("pk").first()
    if terms is None:
        return None
    address = reverse("terms:compare", args=[terms.service.collection.key, terms.service.slug, terms.slug])
    return redirect(f"{address}?{urlencode({'from': given.get('date1', ''), 'to': given.get('date2', '')})}")


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Every change, the newest first or by significance; those that say nothing new are folded unless asked for."""
    narrow = ChangesForm(request.GET, request.user)
    asked = narrow.narrowed(Version.objects.visible_to(request.user).changes())
    counts = asked.counted_by_class()
    found = narrow.shown(asked).newest_first()
    if narrow.value("order") == "significance":
        found = found.order_by(F("significance").desc(nulls_last=True), "-fetched_at", "-pk")
    context = {
        "page_obj": _page(
            request,
            found.prefetch_related("topics"),
            count=sum(number for name, number in counts.items() if narrow.shows(name)),
        ),
        "narrow": narrow,
        "folded": None if narrow.value("all") else sum(counts.get(name, 0) for name in FOLDED),
        "follow_query": narrow.query_to_follow(),
        "all_query": narrow.query_with(all="1"),
    }
    return render(request, "terms_tracker/changes.html", context)


@require_safe
def service(request: HttpRequest, collection: str, service: str) -> HttpResponse:
    """A service and all its terms."""
    found = get_object_or_404(
        Service.objects.visible_to(request.user).select_related("collection"),
        collection__key=collection,
        slug=service,
    )
    terms_list = found.terms.with_counts().select_related("service__collection").order_by("type")
    return render(request, "terms_tracker/service.html", {"service": found, "terms_list": terms_list})


@require_safe
def timeline(request: HttpRequest, collection: str, service: str, terms: str) -> HttpResponse:
    """The versions of a terms, the newest first."""
    found = find_terms(request, collection, service, terms)
    context = {
        "terms": found,
        "page_obj": _page(request, found.versions.newest_first().prefetch_related("topics")),
        "documents": found.documents.all(),
        "may_check": can_ask_for_check(request.user, found),
    }
    return render(request, "terms_tracker/timeline.html", context)


@login_required
@require_POST
def check(request: HttpRequest, collection: str, service: str, terms: str) -> HttpResponse:
    """Put a terms at the head of the queue."""
    found = find_terms(request, collection, service, terms)
    if not can_ask_for_check(request.user, found):
        raise PermissionDenied
    tracking.ask_for_check(terms=found, actor=cast("User", request.user))
    messages.success(request, _("It will be checked within a minute."))
    return redirect(found)


def find_terms(request: HttpRequest, collection: str, service: str, terms: str) -> Terms:
    """The terms at this address, if the caller may read it; 404 otherwise."""
    readable = Terms.objects.visible_to(request.user).select_related("service__collection")
    return get_object_or_404(readable, service__collection__key=collection, service__slug=service, slug=terms)
