"""Suggesting a service or a correction, with a page to click in."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from disinfo.callers import may_send
from terms_tracker.extraction import DeclarationError, ExtractionError
from terms_tracker.forms import SuggestionForm
from terms_tracker.models import Terms
from terms_tracker.picking import numbered, selector_of, with_pick
from terms_tracker.services import suggesting
from terms_tracker.written import LISTED, documents_of, fields_of, lines_of, parts_of

_HOUR = 3600
_MOST_SENT, _MOST_LOOKED, _MOST_PICKED = 10, 20, 600


@csp_update({"frame-src": [SELF]})
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """The form; with the page beside it, once there is one, to choose from."""
    terms = _terms(request)
    form = SuggestionForm(request.POST or None, initial=_initial(terms), caller=request.user)
    page = suggesting.find_page(request.POST.get("page", ""), request.user)
    deed = request.POST.get("deed", "")
    if deed and form.is_valid():
        if deed == "send" and _is_sent(request, form, terms):
            messages.success(request, _("Thank you. Somebody will read it before anything is tracked."))
            return redirect("terms:coverage")
        if deed == "look":
            page = _looked_at(request, form) or page
        if turned := _turned(form, deed):
            form, page = turned, None
    if page is None and terms:
        page = suggesting.page_of_terms(terms, _at(form))
    fields = {name: form[name].value() for name in ("address", "select", "remove", "filter")}
    markdown, error = suggesting.read(page, fields) if page else ("", "")
    context = {
        "form": form,
        "terms": terms,
        "page": page,
        "addresses": _addresses(form),
        "at": _at(form),
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


def _initial(terms: Terms | None) -> dict[str, Any]:
    if terms is None:
        return {}
    documents = documents_of(terms.declaration)
    first = terms.documents.first()
    if first and not terms.declaration:
        documents = [{"fetch": first.location}]
    return {
        "collection": terms.service.collection,
        "service_name": terms.service.name,
        "terms_type": terms.type,
        "documents": documents,
        "at": 0,
        **fields_of(documents[0]),
    }


def _is_sent(request: HttpRequest, form: SuggestionForm, terms: Terms | None) -> bool:
    if selector := suggesting.unreadable_selector(form.cleaned_data["documents"]):
        form.add_error(None, _("This selector cannot be read: %s") % selector)
        return False
    if not may_send(request, "terms-suggestion", most=_MOST_SENT, seconds=_HOUR):
        form.add_error(None, _("Too many suggestions came from your network: come back in an hour."))
        return False
    suggestion = form.save(commit=False)
    suggestion.terms, suggestion.documents = terms, form.cleaned_data["documents"]
    suggesting.suggest(suggestion=suggestion, author=request.user)
    return True


def _turned(form: SuggestionForm, deed: str) -> SuggestionForm | None:
    """The form for another of the documents: a new one, or one that stands in the list, or what is left of them."""
    documents = form.cleaned_data["documents"]
    verb, _sign, number = deed.partition("-")
    if verb not in {"more", "edit", "drop"} or not (number or "0").isdecimal():
        return None
    at = min(int(number or len(documents)), len(documents))
    if verb == "drop":
        documents, at = [*documents[:at], *documents[at + 1 :]], 0
    return SuggestionForm(initial=form.turned_to(documents, at), caller=form.caller)


def _at(form: SuggestionForm) -> int:
    """Which of its documents the form is turned to; the first, when that cannot be read."""
    at = str(form["at"].value() or 0)
    return int(at) if at.isascii() and at.isdecimal() and len(at) < 4 else 0


def _addresses(form: SuggestionForm) -> list[str]:
    """Where the documents are that the form holds, the one that is written in among them."""
    if form.is_bound:
        documents = form.cleaned_data.get("documents") if form.is_valid() else None
    else:
        documents = form.initial.get("documents")
    return [str(each.get("fetch", "")) for each in documents or []]


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


@require_safe
@xframe_options_sameorigin
def picked_page(request: HttpRequest) -> HttpResponse:
    """The document of the sandboxed frame: a stranger's page made harmless, with the one script of ours.

    Written without a template, as it is no page of the portal: its policy gives it no origin and lets nothing else in.
    """
    page = suggesting.find_page(request.GET.get("page", ""), request.user)
    if page is None:
        raise Http404
    try:
        body = numbered(page.html, page.url)
    except ExtractionError as error:
        raise Http404 from error
    script, style = (
        request.build_absolute_uri(static(name)) for name in ("js/pick-frame.js", "css/pick-frame.css")
    )
    # Not deferred: what can be seen can be clicked, so the script has to be there before it.
    head = f'<link rel="stylesheet" href="{style}"><script src="{script}"></script>'
    response = HttpResponse(f"<!doctype html><html><head><title>-</title>{head}</head>{body}</html>")
    policy = f"sandbox allow-scripts; default-src 'none'; script-src {script}; style-src {style}"
    response["Content-Security-Policy"] = (
        f"{policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return response


@require_safe
def pick(request: HttpRequest) -> JsonResponse:
    """The lines once an element was clicked, if any, and what they read then."""
    page = suggesting.find_page(request.GET.get("page", ""), request.user)
    if page is None:
        raise Http404
    if not may_send(request, "terms-pick", most=_MOST_PICKED, seconds=_HOUR):
        return JsonResponse({"error": _("Too many clicks: come back in an hour.")}, status=429)
    fields = {name: request.GET.get(name, "")[:4000] for name in LISTED}
    number = request.GET.get("n", "")
    name, _sign, end = request.GET.get("mode", "select").partition("-")
    is_picked = number.isascii() and number.isdigit() and len(number) < 10
    if is_picked and name in {"select", "remove"} and end in {"", "from", "to"}:
        try:
            selector = selector_of(page.html, page.url, int(number))
            fields[name] = lines_of(list(with_pick(parts_of(fields[name], name), selector, end)))
        except (LookupError, ExtractionError):
            raise Http404 from None
        except DeclarationError as error:
            return JsonResponse({**fields, "markdown": "", "error": str(error)})
    markdown, problem = suggesting.read(page, {**fields, "address": page.url})
    return JsonResponse({**fields, "markdown": markdown, "error": problem})
