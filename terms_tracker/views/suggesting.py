"""Suggesting a service or a correction, with a page to click in."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disinfo.callers import may_send
from terms_tracker.extraction import ExtractionError
from terms_tracker.forms import SuggestionForm
from terms_tracker.models import Suggestion, Terms
from terms_tracker.picking import numbered, selector_of
from terms_tracker.services import suggesting

_HOUR = 3600
_MOST_SENT, _MOST_LOOKED, _MOST_PICKED = 10, 20, 600


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """The form; with the page beside it, once there is one, to choose from."""
    terms = _terms(request)
    form = SuggestionForm(request.POST or None, initial=_initial(terms))
    page = suggesting.find_page(request.POST.get("page", ""), request.user)
    if page is None and terms:
        page = suggesting.page_of_terms(terms)
    deed = request.POST.get("deed", "")
    if deed == "look" and form.is_valid():
        page = _looked_at(request, form) or page
    elif deed == "send" and form.is_valid():
        if may_send(request, "terms-suggestion", most=_MOST_SENT, seconds=_HOUR):
            suggestion = form.save(commit=False)
            suggestion.terms = terms
            suggesting.suggest(suggestion=suggestion, author=request.user)
            messages.success(request, _("Thank you. Somebody will read it before anything is tracked."))
            return redirect("terms:coverage")
        form.add_error(None, _("Too many suggestions came from your network: come back in an hour."))
    select, remove = _lines(form["select"].value()), _lines(form["remove"].value())
    markdown, error = suggesting.read(page, select, remove) if page else ("", "")
    context = {
        "form": form,
        "terms": terms,
        "page": page,
        "frame": _frame(request, page),
        "markdown": markdown,
        "error": error,
    }
    return render(request, "terms_tracker/suggest.html", context, status=400 if form.errors else 200)


def _terms(request: HttpRequest) -> Terms | None:
    key = request.POST.get("terms") or request.GET.get("terms") or ""
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        return None
    readable = Terms.objects.visible_to(request.user).select_related("service__collection")
    return get_object_or_404(readable, pk=int(key))


def _initial(terms: Terms | None) -> dict[str, str]:
    if terms is None:
        return {}
    first = terms.documents.first()
    declared = terms.declaration
    return {
        "service_name": terms.service.name,
        "terms_type": terms.type,
        "address": first.location if first else "",
        "select": "\n".join(_plain(declared.get("select"))),
        "remove": "\n".join(_plain(declared.get("remove"))),
    }


def _plain(declared: object) -> list[str]:
    """The selectors of a declaration; ranges, which have no one line, are left out."""
    listed = declared if isinstance(declared, list) else [declared]
    return [each for each in listed if isinstance(each, str)]


def _lines(text: object) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()][:50]


def _looked_at(request: HttpRequest, form: SuggestionForm) -> suggesting.Page | None:
    """The page at the address written: fetched for people with an account only."""
    if not request.user.is_authenticated:
        form.add_error("address", _("Log in to have a page fetched; or send your suggestion without."))
        return None
    if not may_send(request, "terms-look", most=_MOST_LOOKED, seconds=_HOUR):
        form.add_error(None, _("Too many pages were asked for from your network: come back in an hour."))
        return None
    try:
        return suggesting.fetch_page(form.cleaned_data["address"])
    except suggesting.NoPageError as error:
        form.add_error("address", str(error))
        return None


def _frame(request: HttpRequest, page: suggesting.Page | None) -> str:
    """The document of the sandboxed frame: the page made harmless, and the one script of ours."""
    if page is None:
        return ""
    try:
        body = numbered(page.html, page.url)
    except ExtractionError:
        return ""
    files = {
        name: request.build_absolute_uri(static(name)) for name in ("js/pick-frame.js", "css/pick-frame.css")
    }
    context = {"body": body, "script": files["js/pick-frame.js"], "style": files["css/pick-frame.css"]}
    return render_to_string("terms_tracker/pick_frame.html", context)


@require_safe
def pick(request: HttpRequest) -> JsonResponse:
    """The selector of an element that was clicked, if any, and what the selectors read then."""
    page = suggesting.find_page(request.GET.get("page", ""), request.user)
    if page is None:
        raise Http404
    if not may_send(request, "terms-pick", most=_MOST_PICKED, seconds=_HOUR):
        return JsonResponse({"error": _("Too many clicks: come back in an hour.")}, status=429)
    chosen = {name: _lines(request.GET.get(name)) for name in ("select", "remove")}
    number, mode = request.GET.get("n", ""), request.GET.get("mode", "select")
    if number.isascii() and number.isdigit() and len(number) < 10 and mode in chosen:
        try:
            selector = selector_of(page.html, page.url, int(number))
        except (LookupError, ExtractionError):
            raise Http404 from None
        if selector not in chosen[mode]:
            chosen[mode].append(selector)
    markdown, error = suggesting.read(page, chosen["select"], chosen["remove"])
    return JsonResponse({**chosen, "markdown": markdown, "error": error})


@login_required
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What waits for staff."""
    if not request.user.is_staff:
        raise PermissionDenied
    rows = [
        (each, json.dumps(each.declaration, ensure_ascii=False, indent=2))
        for each in Suggestion.objects.waiting()[:100]
    ]
    return render(request, "terms_tracker/suggestions.html", {"rows": rows})


@login_required
@require_POST
def decide_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse one."""
    if not request.user.is_staff:
        raise PermissionDenied
    suggestion = get_object_or_404(Suggestion, pk=pk)
    accepted = request.POST.get("deed") == "accept"
    suggesting.decide(suggestion=suggestion, accepted=accepted, actor=request.user)
    return redirect("terms:suggestions")
