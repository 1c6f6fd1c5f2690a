"""Error pages in the portal's look; problem+json under /api/."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from disinfo.portal.last_resort import render_anyway


def _answer(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {"status": status, "title": title, "advice": advice}
    return render_anyway(request, "error.html", context, status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """400."""
    return _answer(
        request,
        400,
        _("We could not read this request"),
        _("Go back, check the address or the form, and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403."""
    return _answer(
        request,
        403,
        _("This is not open to you"),
        _("Log in with an account that has the right, or ask an administrator."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404."""
    return _answer(
        request, 404, _("There is no such page"), _("Check the address, or look for it with the search.")
    )


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405, for an address opened that takes only what a form sends, as after logging in again."""
    return _answer(
        request,
        405,
        _("There is nothing to read at this address"),
        _("It only takes what a form sends. Go back to the page you came from and send it again."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _answer(
        request,
        500,
        _("Something went wrong on our side"),
        _("It has been noted. Please try again in a moment."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403, for a form sent without its token."""
    return _answer(
        request,
        403,
        _("This form has expired"),
        _("Go back, reload the page and send it again. Cookies must be allowed."),
    )
