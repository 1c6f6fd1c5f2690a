"""What every page for reviewers begins with."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from botdetect.permissions import is_reviewer
from disinfo.accounts.models import User

View = Callable[..., HttpResponseBase]


def reviewers_only(view: View) -> View:
    """Let reviewers in; others are asked to log in, or told that it is not for them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_reviewer(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)


def user_of(request: HttpRequest) -> User:
    """Who asks, on a page for people who have logged in."""
    return cast("User", request.user)
