"""Refusals of the API."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler


def problem_json(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any refusal as RFC 9457 says it; None for what is a fault of ours."""
    response = exception_handler(error, context)
    if response is None:
        return None
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
        "detail": _detail_of(error),
    }
    if isinstance(error, ValidationError):
        body["errors"] = error.detail
    answer = Response(body, status=response.status_code, content_type="application/problem+json")
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in response:
            answer[name] = response[name]
    return answer


def _detail_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return _("Some values cannot be used; `errors` says which and why.")
    if isinstance(error, Http404):
        return _("There is no such thing, or it is not open to you.")
    if isinstance(error, PermissionDenied):
        return _("This is not open to you.")
    return str(error.detail) if isinstance(error, APIException) else ""
