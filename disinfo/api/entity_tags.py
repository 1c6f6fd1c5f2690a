"""Answers that a client need not read twice."""

import hashlib
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class EntityTagMixin(APIView):
    """Answers to GET carry an ETag of their content, and 304 to who has it already (RFC 9110 §13)."""

    def finalize_response(self, request: Request | HttpRequest, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Compare once the body is known."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method != "GET" or response.status_code != HTTPStatus.OK or response.streaming:
            return response
        response.add_post_render_callback(_tag)
        if not response.is_rendered:
            response = response.render()
        if request.headers.get("If-None-Match") == response["ETag"]:
            response.status_code, response.content = HTTPStatus.NOT_MODIFIED, b""
        return response


def _tag(response: Response) -> None:
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
