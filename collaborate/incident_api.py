"""Incidents for programs: how they stand, what they rest on; acting in them is done in their rooms."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collaborate.models import Incident, Takedown
from collaborate.services import logbook
from disinfo.api.views import ApiView


class TakedownSerializer(serializers.ModelSerializer[Takedown]):
    """A request to a platform; `gone_at` is measured, `declared_at` is what the platform says."""

    address = serializers.CharField(source="address.link.url")

    class Meta:
        model = Takedown
        fields = [
            "id",
            "platform",
            "address",
            "target_minutes",
            "minutes",
            "sent_at",
            "acknowledged_at",
            "declared_at",
            "gone_at",
            "withdrawn_at",
        ]


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """An incident, its clocks and its requests; `log_head` is the hash of the last entry of its log."""

    name = serializers.CharField(source="room.name")
    room = serializers.SlugField(source="room.slug")
    tlp = serializers.CharField(source="room.tlp")
    url = serializers.CharField(source="get_absolute_url")
    takedowns = TakedownSerializer(many=True)

    class Meta:
        model = Incident
        fields = [
            "id",
            "name",
            "room",
            "tlp",
            "url",
            "state",
            "severity",
            "is_exercise",
            "detected_at",
            "qualified_at",
            "responding_at",
            "closed_at",
            "log_count",
            "log_head",
            "takedowns",
        ]


class EntrySerializer(serializers.Serializer[Any]):
    """An entry of a log, as it is hashed and exported."""

    incident = serializers.IntegerField()
    number = serializers.IntegerField()
    at = serializers.CharField()
    kind = serializers.CharField()
    author = serializers.CharField()
    organisation = serializers.CharField()
    text = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # the name is the field's, whatever Serializer keeps under it
    previous = serializers.CharField()
    hash = serializers.CharField()


def _visible(request: Request) -> QuerySet[Incident]:
    rows = Incident.objects.visible_to(request.user).select_related("room")
    return rows.prefetch_related("takedowns__address__link")


class IncidentsView(ApiView, generics.ListAPIView[Incident]):
    """The incidents one may enter, the latest first."""

    login_required = True
    serializer_class = IncidentSerializer
    filterset_fields = ("state", "severity", "is_exercise")

    def get_queryset(self) -> QuerySet[Incident]:
        """Those open to the caller."""
        return _visible(self.request)


class IncidentView(ApiView, generics.RetrieveAPIView[Incident]):
    """One incident."""

    login_required = True
    serializer_class = IncidentSerializer

    def get_queryset(self) -> QuerySet[Incident]:
        """Those open to the caller."""
        return _visible(self.request)


class IncidentLogView(ApiView, generics.GenericAPIView[Incident]):
    """The whole log of an incident."""

    login_required = True
    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[Incident]:
        """Those open to the caller."""
        return Incident.objects.visible_to(self.request.user)

    @extend_schema(responses=EntrySerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002 (the signature is the framework's)
        """Its entries, the first one first."""
        return Response(list(logbook.lines(self.get_object())))
