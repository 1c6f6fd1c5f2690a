"""What every endpoint is made on: dates in UTC, and answers that a client need not read twice."""

import hashlib
from datetime import UTC
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.response import Response
from rest_framework.views import APIView


class ApiView(APIView):
    """Answers to GET carry an ETag of their content, and 304 to who has it already (RFC 9110 §13)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Pages speak the portal's time zone; programs are told UTC."""
        with timezone.override(UTC):
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response) and not response.is_rendered:
                response.render()
        is_good = request.method == "GET" and response.status_code == HTTPStatus.OK
        if is_good and isinstance(response, HttpResponse):
            response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            return get_conditional_response(request, etag=response["ETag"], response=response) or response
        return response
