"""Pages that must be shown even when the database does not answer."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def render_anyway(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """The page; when who is asking cannot be read, as anybody would see it."""
    try:
        return render(request, template, context, status=status)
    except DatabaseError:
        # Django's own middleware takes a session without `accessed` for none at all, and leaves it alone.
        request.user, request.session = AnonymousUser(), {}  # type: ignore[assignment]
        return render(request, template, context, status=status)
