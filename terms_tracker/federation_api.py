"""Open Terms Archive's federation API: what collections elsewhere track, from what they said last."""

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.api.views import ApiView
from terms_tracker.models import Peer
from terms_tracker.services import federation

_ID = re.compile(r"^[-?!;'\"_+.,a-zA-Z0-9\s]+\Z")
_MOST = 1_000


def _answer(found: list[federation.Found]) -> dict[str, Any]:
    results = [
        {
            "collection": each.peer.name,
            "service": {"id": each.id, "name": each.name, "url": each.url, "termsTypes": list(each.types)},
        }
        for each in found[:_MOST]
    ]
    failing = Peer.objects.active().exclude(problem="")
    failures = [{"collection": peer.name, "message": peer.problem} for peer in failing]
    return {"results": results, "failures": failures}


class PeersView(ApiView):
    """The collections of the federation."""

    @extend_schema(responses={200: {"type": "array", "items": {"type": "object"}}})
    def get(self, request: Request) -> Response:  # noqa: ARG002 (open to all)
        """Each collection with its interface, and when it last answered."""
        rows = Peer.objects.active()
        return Response(
            [
                {
                    "id": str(peer.metadata.get("id") or peer.pk),
                    "name": peer.name,
                    "endpoint": peer.endpoint,
                    "readAt": peer.read_at,
                }
                for peer in rows
            ]
        )


class ServicesView(ApiView):
    """Services tracked elsewhere."""

    @extend_schema(
        parameters=[
            OpenApiParameter("name", OpenApiTypes.STR),
            OpenApiParameter("termsType", OpenApiTypes.STR),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """By words of their name and by type of terms."""
        asked = request.query_params
        found = federation.find(name=asked.get("name", "")[:200], terms_type=asked.get("termsType", "")[:200])
        return Response(_answer(list(found)))


class ServiceView(ApiView):
    """One service elsewhere."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, service: str) -> Response:  # noqa: ARG002 (open to all)
        """The collections that track it."""
        if not _ID.match(service):
            raise ValidationError({"service": ["Letters, figures, spaces and - ? ! ; ' \" _ + . , only."]})
        found = list(federation.find(service=service))
        if not found:
            raise NotFound
        return Response(_answer(found))
