"""The terms tracker for programs."""

from datetime import UTC
from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator
from django.db.models import BigIntegerField, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo import worddiff
from disinfo.accounts.models import User
from disinfo.api.pagination import CursorPagination
from disinfo.api.views import ApiView
from terms_tracker import archives
from terms_tracker.apps import SCOPE
from terms_tracker.dates import moment_of, version_at
from terms_tracker.mentions import Mention, appearances_of, mentions
from terms_tracker.models import Collection, Service, Terms, Version
from terms_tracker.permissions import can_ask_for_check
from terms_tracker.services import tracking


class ByDate(CursorPagination):
    """The newest first."""

    ordering = ("-fetched_at", "-pk")


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    """A collection."""

    class Meta:
        model = Collection
        fields = ["key", "name", "description", "languages", "jurisdictions"]


class TermsSerializer(serializers.ModelSerializer[Terms]):
    """A terms and how its tracking goes."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    service = serializers.CharField(source="service.name", read_only=True)
    health = serializers.CharField(read_only=True)

    class Meta:
        model = Terms
        fields = [
            "id",
            "service",
            "type",
            "url",
            "health",
            "error_code",
            "last_checked_at",
            "last_success_at",
            "last_change_at",
            "next_check_at",
        ]


class ServiceSerializer(serializers.ModelSerializer[Service]):
    """A service."""

    collection = serializers.CharField(source="collection.key", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    terms_count = serializers.IntegerField(read_only=True)
    failing_count = serializers.IntegerField(read_only=True)
    last_change_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Service
        fields = ["id", "collection", "key", "name", "url", "terms_count", "failing_count", "last_change_at"]


class VersionSerializer(serializers.ModelSerializer[Version]):
    """A version, and what it changed."""

    terms_id = serializers.IntegerField(read_only=True)
    service = serializers.CharField(source="terms.service.name", read_only=True)
    type = serializers.CharField(source="terms.type", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    change_url = serializers.CharField(source="get_change_url", read_only=True)
    change_class = serializers.CharField(
        read_only=True,
        help_text="blink, layout, links, dates, wording or substance; empty for a first record, or while unknown.",
    )
    topics = serializers.SlugRelatedField("code", many=True, read_only=True)  # type: ignore[var-annotated]  # of the stubs

    class Meta:
        model = Version
        fields = [
            "commit",
            "terms_id",
            "service",
            "type",
            "kind",
            "fetched_at",
            "words_added",
            "words_removed",
            "change_class",
            "significance",
            "effective_on",
            "keeps_date",
            "touched",
            "topics",
            "snapshot_commits",
            "url",
            "change_url",
        ]


class VersionTextSerializer(VersionSerializer):
    """A version with its text."""

    content = serializers.SerializerMethodField()

    class Meta(VersionSerializer.Meta):
        fields = [*VersionSerializer.Meta.fields, "content"]

    def get_content(self, version: Version) -> str:
        """The Markdown."""
        return archives.text_of(version)


class PieceSerializer(serializers.Serializer[Any]):
    """Some words."""

    op = serializers.CharField()
    text = serializers.CharField()


class LineSerializer(serializers.Serializer[Any]):
    """A line of a comparison."""

    op = serializers.CharField()
    old = serializers.IntegerField(allow_null=True)
    new = serializers.IntegerField(allow_null=True)
    pieces = PieceSerializer(many=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """Two versions compared; unchanged lines are left out."""

    old = VersionSerializer(allow_null=True)
    new = VersionSerializer()
    words_added = serializers.IntegerField()
    words_removed = serializers.IntegerField()
    lines = LineSerializer(many=True)


class QueuedSerializer(serializers.Serializer[Any]):
    """A check that will be made."""

    next_check_at = serializers.DateTimeField()


class KeyFilter(filters.NumberFilter):  # type: ignore[misc]
    """A row's key; what no database could hold is refused rather than asked."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> MaxValueValidator:
        """The largest key there can be."""
        return MaxValueValidator(BigIntegerField.MAX_BIGINT)


class MomentField(IsoDateTimeField):  # type: ignore[misc]
    """A date and time that exists in UTC as well."""

    def clean(self, value: Any) -> Any:
        """The moment; the first and the last days of the calendar are refused where UTC has none."""
        moment = super().clean(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]
    """Before or after a moment."""

    field_class = MomentField


class ServiceFilter(filters.FilterSet):  # type: ignore[misc]
    """Narrow the services."""

    collection = filters.CharFilter("collection__key")
    name = filters.CharFilter("name", lookup_expr="icontains")

    class Meta:
        model = Service
        fields = ["collection", "name"]


class TermsFilter(filters.FilterSet):  # type: ignore[misc]
    """Narrow the terms."""

    collection = filters.CharFilter("service__collection__key")
    service = KeyFilter("service_id")
    type = filters.CharFilter("type")

    class Meta:
        model = Terms
        fields = ["collection", "service", "type"]


class VersionFilter(filters.FilterSet):  # type: ignore[misc]
    """Narrow the versions."""

    collection = filters.CharFilter("terms__service__collection__key")
    terms = KeyFilter("terms_id")
    kind = filters.ChoiceFilter("kind", choices=Version.Kind.choices)
    change_class = filters.MultipleChoiceFilter(choices=Version.ChangeClass.choices)
    topic = filters.CharFilter("topics__code")
    significance = filters.NumberFilter("significance", lookup_expr="gte")
    since = MomentFilter("fetched_at", lookup_expr="gte")
    until = MomentFilter("fetched_at", lookup_expr="lte")

    class Meta:
        model = Version
        fields = ["collection", "terms", "kind", "since", "until"]


class CollectionsView(ApiView, generics.ListAPIView[Collection]):
    """The collections the caller may read."""

    serializer_class = CollectionSerializer
    queryset = Collection.objects.none()

    def get_queryset(self) -> QuerySet[Collection]:
        """By the caller's rights."""
        return Collection.objects.visible_to(self.request.user)


class ServicesView(ApiView, generics.ListAPIView[Service]):
    """The services the caller may read."""

    serializer_class = ServiceSerializer
    filterset_class = ServiceFilter
    queryset = Service.objects.none()

    def get_queryset(self) -> QuerySet[Service]:
        """By the caller's rights."""
        return Service.objects.visible_to(self.request.user).with_summary().select_related("collection")


class TermsListView(ApiView, generics.ListAPIView[Terms]):
    """The terms the caller may read."""

    serializer_class = TermsSerializer
    filterset_class = TermsFilter
    queryset = Terms.objects.none()

    def get_queryset(self) -> QuerySet[Terms]:
        """By the caller's rights."""
        return Terms.objects.visible_to(self.request.user).select_related("service__collection")


class VersionsView(ApiView, generics.ListAPIView[Version]):
    """The versions the caller may read, the newest first; kind=change for changes only."""

    serializer_class = VersionSerializer
    filterset_class = VersionFilter
    pagination_class = ByDate
    queryset = Version.objects.none()

    def get_queryset(self) -> QuerySet[Version]:
        """By the caller's rights."""
        return (
            Version.objects.visible_to(self.request.user)
            .select_related("terms__service__collection")
            .prefetch_related("topics")
        )


class VersionView(ApiView):
    """One version."""

    @extend_schema(responses=VersionTextSerializer)
    def get(self, request: Request, commit: str) -> Response:
        """A version with its text."""
        readable = Version.objects.visible_to(_caller(request)).newest_first().filter(commit=commit)
        version = readable.first() or get_object_or_404(Version.objects.none())
        return Response(VersionTextSerializer(version).data)


class CompareView(ApiView):
    """Two dates of one terms."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "from", OpenApiTypes.STR, description="Date or date and time; the first version without it"
            ),
            OpenApiParameter(
                "to", OpenApiTypes.STR, description="Date or date and time; the last version without it"
            ),
        ],
        responses=ComparisonSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        """What changed in a terms between two dates, word by word."""
        terms = get_object_or_404(Terms.objects.visible_to(_caller(request)), pk=pk)
        old, new = self._at(terms, request, "from", is_end=False), self._at(terms, request, "to", is_end=True)
        if old is None or new is None:
            raise ValidationError({"terms": ["Nothing has been recorded yet."]})
        lines = worddiff.diff(archives.text_of(old), archives.text_of(new))
        size = worddiff.size(lines)
        changed = [line for line in lines if line.op is not worddiff.Op.SAME]
        body = {
            "old": old,
            "new": new,
            "words_added": size.added,
            "words_removed": size.removed,
            "lines": changed,
        }
        return Response(ComparisonSerializer(body).data)

    def _at(self, terms: Terms, request: Request, name: str, *, is_end: bool) -> Version | None:
        asked = request.query_params.get(name, "")
        if asked and moment_of(asked, is_end=is_end) is None:
            raise ValidationError({name: ["A date such as 2026-01-31."]})
        return version_at(terms, asked, is_end=is_end)


class MentionSerializer(serializers.Serializer[Any]):
    """A terms that says a phrase, or said it."""

    service = serializers.CharField(source="terms.service.name")
    type = serializers.CharField(source="terms.type")
    url = serializers.CharField(source="terms.get_absolute_url")
    since = serializers.DateTimeField(source="since.since.fetched_at")
    since_change = serializers.CharField(source="since.since.get_change_url")
    gone_on = serializers.DateTimeField(source="gone.until.fetched_at", default=None)
    is_current = serializers.BooleanField()
    sentences = serializers.SerializerMethodField()

    def get_sentences(self, mention: Mention) -> list[str]:
        """At most ten, as they stand."""
        return [each.sentence.text for each in mention.appearances[:10]]


class ClausesView(ApiView):
    """The history of a phrase."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "q", OpenApiTypes.STR, required=True, description="Words that follow each other"
            ),
            OpenApiParameter(
                "whole", OpenApiTypes.BOOL, description="One very sentence rather than a phrase"
            ),
        ],
        responses=MentionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Which terms say something, since when and until when, over every version ever archived."""
        query = request.query_params.get("q", "").replace("\x00", "").strip()[:2_000]
        if not query:
            raise ValidationError({"q": ["Which words?"]})
        is_sentence = request.query_params.get("whole", "").lower() in {"1", "true"}
        found = mentions(appearances_of(query, _caller(request), is_sentence=is_sentence))
        return Response(MentionSerializer(found[:500], many=True).data)


class CheckView(ApiView):
    """A check now."""

    scope = SCOPE

    @extend_schema(request=None, responses={202: QueuedSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Put a terms at the head of the queue: for staff, regulators and the collection's organisation."""
        terms = get_object_or_404(Terms.objects.visible_to(_caller(request)), pk=pk)
        if not can_ask_for_check(_caller(request), terms):
            raise PermissionDenied
        tracking.ask_for_check(terms=terms, actor=cast("User", request.user))
        return Response(QueuedSerializer(terms).data, status=status.HTTP_202_ACCEPTED)


def _caller(request: Request) -> User | AnonymousUser:
    return request.user
