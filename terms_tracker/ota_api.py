"""Open Terms Archive's collection API, version 1, for each collection: its clients need change one address only.

Answers have the shapes, names and errors of the reference (research: engine 14, `/v1`): services by their key, terms by
their type, dates without milliseconds.
"""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.api.views import ApiView
from terms_tracker import archives
from terms_tracker.dates import moment_of
from terms_tracker.extraction import DeclarationError
from terms_tracker.models import Collection, Service, Terms, Version
from terms_tracker.services import declarations


class OtaErrorSerializer(serializers.Serializer[Any]):
    """What the reference answers when there is nothing."""

    error = serializers.CharField()


# What no view of ours answered (an address that cannot be) is a problem in the portal's own words.
_ANSWERS: Any = {
    200: OpenApiTypes.OBJECT,
    (404, "application/json"): OtaErrorSerializer,
    (404, "application/problem+json"): OpenApiTypes.OBJECT,
}
_ANSWERS_BY_DATE: Any = {
    **_ANSWERS,
    (400, "application/json"): OtaErrorSerializer,
    (400, "application/problem+json"): OpenApiTypes.OBJECT,
    416: OtaErrorSerializer,
}


class OtaView(ApiView):
    """An endpoint of one collection; what the caller may not read is not there."""

    def collection(self, request: Request, key: str) -> Collection | None:
        """The collection, if the caller may read it."""
        return Collection.objects.visible_to(request.user).filter(key=key).first()


def _missing(what: str) -> Response:
    return Response({"error": what}, status=status.HTTP_404_NOT_FOUND)


class MetadataView(OtaView):
    """What a collection is."""

    @extend_schema(responses=_ANSWERS)
    def get(self, request: Request, collection: str) -> Response:
        """The collection's metadata, with how much it tracks."""
        found = self.collection(request, collection)
        if found is None:
            return _missing("Collection not found")
        services = Service.objects.filter(collection=found, terms__isnull=False).distinct().count()
        return Response(
            {
                "id": found.key,
                "name": found.name,
                "tagline": found.description,
                "languages": found.languages,
                "jurisdictions": found.jurisdictions,
                **{name: value for name, value in found.metadata.items() if name != "id"},
                "totalServices": services,
                "totalTerms": Terms.objects.filter(service__collection=found).count(),
                "engineVersion": settings.SPECTACULAR_SETTINGS["VERSION"],
            }
        )


class ServicesView(OtaView):
    """The services of a collection."""

    @extend_schema(responses={**_ANSWERS, 200: {"type": "array", "items": {"type": "object"}}})
    def get(self, request: Request, collection: str) -> Response:
        """Every service with the types of its terms."""
        found = self.collection(request, collection)
        if found is None:
            return _missing("Collection not found")
        rows = Service.objects.filter(collection=found).prefetch_related("terms").order_by("name", "pk")
        listed = [
            {
                "id": each.key,
                "name": each.name,
                "terms": [{"type": terms.type} for terms in sorted(each.terms.all(), key=lambda it: it.type)],
            }
            for each in rows
        ]
        return Response(listed)


class ServiceView(OtaView):
    """One service."""

    @extend_schema(responses=_ANSWERS)
    def get(self, request: Request, collection: str, service: str) -> Response:
        """A service with what is declared of its terms."""
        found = self.collection(request, collection)
        row = Service.objects.filter(collection=found, key=service).first() if found else None
        if row is None:
            return _missing("Service not found")
        listed = [
            {"type": each.type, "sourceDocuments": _documents(each)} for each in row.terms.order_by("type")
        ]
        return Response({"id": row.key, "name": row.name, "terms": listed})


def _documents(terms: Terms) -> list[dict[str, Any]]:
    if not terms.declaration:
        return []
    try:
        documents = declarations.documents_of(terms)
    except DeclarationError:
        return []
    declared = terms.declaration.get("combine") or [{}]
    raw = [{**terms.declaration, **each} for each in declared]
    return [
        {
            "location": document.fetch,
            "contentSelectors": given.get("select"),
            "insignificantContentSelectors": given.get("remove"),
            "executeClientScripts": bool(given.get("executeClientScripts")),
            "filters": given.get("filter"),
        }
        for document, given in zip(documents, raw, strict=False)
    ]


class VersionView(OtaView):
    """A version by date."""

    @extend_schema(responses=_ANSWERS_BY_DATE)
    def get(self, request: Request, collection: str, service: str, terms_type: str, date: str) -> Response:
        """The version of a terms that was in force at a date."""
        moment = moment_of(date, is_end=False)
        if moment is None:
            return Response({"error": "The date is not valid"}, status=status.HTTP_400_BAD_REQUEST)
        if moment > timezone.now():
            return Response(
                {"error": "Requested version is in the future"},
                status=status.HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
            )
        found = self.collection(request, collection)
        version = self._at(found, service, terms_type, moment) if found else None
        if version is None:
            return _missing(f"No version found for date {date}")
        at = version.fetched_at.astimezone(UTC)
        return Response(
            {
                "id": version.commit,
                "fetchDate": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "content": archives.text_of(version),
            }
        )

    def _at(self, collection: Collection, service: str, terms_type: str, moment: datetime) -> Version | None:
        rows = Version.objects.filter(
            terms__service__collection=collection, terms__service__key=service, terms__type=terms_type
        )
        before = rows.filter(fetched_at__lte=moment).select_related("terms__service__collection")
        return before.order_by("-fetched_at", "-pk").first()
