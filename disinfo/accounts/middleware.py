"""What follows from who is asking: their language, and what is asked of staff before they act."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _


class LanguageMiddleware:
    """Pages speak the language of one's account, unless another was chosen with the switch on this device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as Django asks of a middleware."""
        is_chosen_here = bool(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
        if not is_chosen_here and request.user.is_authenticated and request.user.language:
            with translation.override(request.user.language):
                request.LANGUAGE_CODE = translation.get_language()
                return self.get_response(request)
        return self.get_response(request)


class StaffMfaMiddleware:
    """With STAFF_MFA_REQUIRED, staff set up a second factor before they enter the administration."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as Django asks of a middleware."""
        if (
            settings.STAFF_MFA_REQUIRED
            and request.path.startswith("/admin/")
            and request.user.is_authenticated
            and request.user.is_staff
            and not is_mfa_enabled(request.user)
        ):
            messages.warning(request, _("Set up a second factor first: this portal asks it of its staff."))
            return redirect("mfa_index")
        return self.get_response(request)
