"""How our endpoints describe themselves in the OpenAPI schema."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": True},
    },
    "required": ["title", "status"],
}
_REFUSALS = {
    "400": "A value cannot be used",
    "401": "The token is not good, or a login is needed",
    "403": "Not open to this caller",
    "404": "No such thing, or not open to this caller",
    "429": "Too many requests; Retry-After says when to come back",
}


class Schema(AutoSchema):
    """drf-spectacular's description, plus what every endpoint may refuse with."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, meaning in _REFUSALS.items():
            bodies.setdefault(
                status,
                {"description": meaning, "content": {"application/problem+json": {"schema": _PROBLEM}}},
            )
        return bodies

    def get_tags(self) -> list[str]:
        """The tool an endpoint belongs to: the first part of its path."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


DOWNLOAD = OpenApiResponse(description="A file")
