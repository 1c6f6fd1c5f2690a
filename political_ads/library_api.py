"""Ad libraries for programs: ads, advertisers, what went away, rules, open data, and ads sent in."""

import hashlib
from datetime import UTC, datetime
from typing import Any, cast

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.api.views import ApiView
from disinfo.leases import lease
from political_ads import comparisons
from political_ads.apps import INGEST
from political_ads.library_permissions import can_ingest
from political_ads.models import Ad, AdVersion, Advertiser, LibrarySnapshot, Rule, RuleHit, Source
from political_ads.narrowing import NarrowForm, narrowed
from political_ads.removal import Comparison
from political_ads.services import importing, open_data
from political_ads.services.rules import settled_label
from political_ads.services.snapshots import ImportRefusedError
from political_ads.sources import parser_of, records_of, rows_of_ndjson

_LEASE_SECONDS = 120


class AdSerializer(serializers.ModelSerializer[Ad]):
    """An ad of a library."""

    source = serializers.CharField(source="source.slug", read_only=True)  # type: ignore[assignment]  # a field named as an attribute of fields
    advertiser = serializers.CharField(
        source="advertiser.name", read_only=True, default=None, allow_null=True
    )
    advertiser_id = serializers.IntegerField(read_only=True, allow_null=True)
    creative = serializers.CharField(source="creative.fingerprint", read_only=True)
    text = serializers.CharField(source="creative.text", read_only=True)
    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # likewise
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Ad
        fields = [
            *(
                "source",
                "external_id",
                "advertiser",
                "advertiser_id",
                "creative",
                "text",
                "payer",
                "currency",
            ),
            *("spend_low", "spend_high", "impressions_low", "impressions_high", "created_on", "started_on"),
            *(
                "stopped_on",
                "country",
                "presence",
                "first_seen_at",
                "last_seen_at",
                "missing_since",
                "label",
                "url",
            ),
        ]

    def get_label(self, ad: Ad) -> str:
        """What citizens settled on; empty while they have not."""
        return settled_label(ad)


class AdVersionSerializer(serializers.ModelSerializer[AdVersion]):
    """What changed: field → [before, after]."""

    class Meta:
        model = AdVersion
        fields = ["seen_at", "changes"]


class RuleHitSerializer(serializers.ModelSerializer[RuleHit]):
    """A rule that seems to concern an ad; "to_check" until two reviewers say the same."""

    rule = serializers.CharField(source="rule.code", read_only=True)
    election = serializers.CharField(source="election.slug", read_only=True, default=None, allow_null=True)

    class Meta:
        model = RuleHit
        fields = ["rule", "election", "since", "until", "state"]


class AdDetailSerializer(AdSerializer):
    """An ad with its history and what the law may ask."""

    details = serializers.JSONField(read_only=True)
    versions = AdVersionSerializer(many=True, read_only=True)
    hits = RuleHitSerializer(many=True, read_only=True)

    class Meta(AdSerializer.Meta):
        fields = [*AdSerializer.Meta.fields, "details", "versions", "hits"]


class AdvertiserSerializer(serializers.ModelSerializer[Advertiser]):
    """An advertiser."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Advertiser
        fields = ["id", "platform", "external_id", "name", "ads_count", "removed_count", "url"]


class RuleSerializer(serializers.ModelSerializer[Rule]):
    """A rule of the law, and how many ads are to be checked."""

    to_check = serializers.IntegerField(read_only=True)

    class Meta:
        model = Rule
        fields = [
            "code",
            "country",
            "title",
            "summary",
            "reference",
            "link",
            "window",
            "parameters",
            "to_check",
        ]


class RemovalComparisonSerializer(serializers.Serializer[Any]):
    """The three numbers, always together, and what they are made of. Shares are percent of `before`."""

    part = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    explained = serializers.IntegerField()
    reclassified = serializers.IntegerField()
    unexplained = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    back_filled = serializers.IntegerField()
    net = serializers.FloatField()
    gross = serializers.FloatField()
    unexplained_share = serializers.FloatField()


class ConsistencySerializer(serializers.Serializer[Any]):
    """Two complete snapshots compared."""

    source = serializers.CharField()  # type: ignore[assignment]  # a field named as an attribute of fields
    earlier = serializers.DateTimeField()
    later = serializers.DateTimeField()
    all = RemovalComparisonSerializer()
    parts = RemovalComparisonSerializer(many=True)


class SnapshotSerializer(serializers.ModelSerializer[LibrarySnapshot]):
    """A look at a library, and what came of it."""

    source = serializers.CharField(source="source.slug", read_only=True)  # type: ignore[assignment]  # a field named as an attribute of fields

    class Meta:
        model = LibrarySnapshot
        fields = [
            *("source", "taken_at", "status", "reasons", "file_sha256", "seen_count", "added_count"),
            *("changed_count", "removed_count", "refused_count", "refusals"),
        ]


class NdjsonParser(BaseParser):
    """One JSON object a line."""

    media_type = "application/x-ndjson"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:  # noqa: ARG002 (the signature is the base class's)
        """The bytes as they came: their checksum makes sending twice harmless."""
        return bytes(stream.read())


class ConflictError(APIException):
    """What was sent cannot be put in now."""

    status_code = status.HTTP_409_CONFLICT


class AdsView(ApiView, generics.ListAPIView[Ad]):
    """Ads, the newest first, narrowed as on the page."""

    serializer_class = AdSerializer
    queryset = Ad.objects.none()

    @extend_schema(
        parameters=[
            OpenApiParameter(name, OpenApiTypes.DATE if name in {"since", "until"} else OpenApiTypes.STR)
            for name in NarrowForm.base_fields
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ads, the newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Ad]:
        """By the same filters as the page; what cannot be read is refused here."""
        form = NarrowForm(self.request.GET)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(each) for each in errors] for name, errors in form.errors.items()}
            )
        return narrowed(form.chosen()).for_lists()


class AdView(ApiView):
    """One ad."""

    @extend_schema(responses=AdDetailSerializer)
    def get(self, request: Request, source: str, external_id: str) -> Response:  # noqa: ARG002 (what REST framework calls it with)
        """An ad with its history and the rules that seem to concern it."""
        found = get_object_or_404(Ad.objects.for_lists(), source__slug=source, external_id=external_id)
        return Response(AdDetailSerializer(found).data)


class AdvertisersView(ApiView, generics.ListAPIView[Advertiser]):
    """Advertisers."""

    serializer_class = AdvertiserSerializer
    queryset = Advertiser.objects.none()

    @extend_schema(parameters=[OpenApiParameter("name", OpenApiTypes.STR, description="Part of the name")])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Advertisers, the newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Advertiser]:
        """All, or those with a part of a name."""
        return Advertiser.objects.named(self.request.GET.get("name", "").replace("\x00", "")[:200])


class RulesView(ApiView, generics.ListAPIView[Rule]):
    """The rules that are applied."""

    serializer_class = RuleSerializer
    queryset = Rule.objects.none()

    def get_queryset(self) -> QuerySet[Rule]:
        """Each with its number of ads to check."""
        waiting = Count("hits", filter=Q(hits__state=RuleHit.State.TO_CHECK))
        return Rule.objects.active().annotate(to_check=waiting)


class ConsistencyView(ApiView):
    """What went away."""

    @extend_schema(
        parameters=[
            OpenApiParameter("source", OpenApiTypes.STR, required=True),
            OpenApiParameter(
                "from", OpenApiTypes.DATETIME, description="The last complete snapshot until then"
            ),
            OpenApiParameter(
                "to", OpenApiTypes.DATETIME, description="The last complete snapshot until then"
            ),
            OpenApiParameter("by", OpenApiTypes.STR, enum=sorted(comparisons.BY)),
        ],
        responses=ConsistencySerializer,
    )
    def get(self, request: Request) -> Response:
        """Two complete snapshots of a library compared: net, gross and unexplained removal, in all and by part."""
        source = Source.objects.filter(slug=request.GET.get("source", "").replace("\x00", "")).first()
        if source is None:
            raise NotFound("There is no such library: `source` is the identifier of one.")
        what = request.GET.get("by") or "country"
        if what not in comparisons.BY:
            raise ValidationError({"by": [f"One of {', '.join(sorted(comparisons.BY))}."]})
        earlier, later = _pair(request, source)
        body = {
            "source": source.slug,
            "earlier": earlier.taken_at,
            "later": later.taken_at,
            "all": _figures("all", comparisons.compare(earlier, later)),
            "parts": [
                _figures(part.name, part.figures) for part in comparisons.compare_by(what, earlier, later)
            ],
        }
        return Response(ConsistencySerializer(body).data)


class ExportsView(ApiView):
    """Open data."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:  # noqa: ARG002 (what REST framework calls it with)
        """The files of the last night with their checksums, and what each column holds."""
        found = open_data.manifest()
        if found is None:
            raise NotFound("There are no files yet: they are written each night.")
        return Response(found)


class IngestView(ApiView):
    """Ads sent in."""

    scope = INGEST
    parser_classes = [NdjsonParser]

    @extend_schema(
        request={"application/x-ndjson": OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter(
                "taken_at", OpenApiTypes.DATETIME, description="When the library was seen; now without it"
            ),
            OpenApiParameter(
                "complete", OpenApiTypes.BOOL, description="Whether this is all the library holds"
            ),
        ],
        responses={200: SnapshotSerializer, 201: SnapshotSerializer},
    )
    def post(self, request: Request, source: str) -> Response:
        """Put ads in, one JSON object a line in the source's format; the same body twice is put in once."""
        if not can_ingest(request.user):
            raise PermissionDenied
        found = get_object_or_404(Source, slug=source)
        body: bytes = cast("Any", request.data) or b""
        digest = hashlib.sha256(body).hexdigest()
        known = (
            found.snapshots.filter(file_sha256=digest).exclude(status=LibrarySnapshot.Status.RUNNING).first()
        )
        if known:
            return Response(SnapshotSerializer(known).data)
        if not body.strip():
            raise ValidationError({"body": ["One JSON object a line."]})
        snapshot = _ingested(found, body, digest, _moment(request, "taken_at") or timezone.now(), request)
        return Response(SnapshotSerializer(snapshot).data, status=status.HTTP_201_CREATED)


def _ingested(
    source: Source, body: bytes, digest: str, taken_at: datetime, request: Request
) -> LibrarySnapshot:
    is_complete = request.GET.get("complete", "").lower() in {"1", "true", "yes"}
    with lease(f"ads-import:{source.pk}", seconds=_LEASE_SECONDS) as held:
        if not held:
            raise ConflictError("This source is being imported: try again in a moment.")
        try:
            return importing.import_records(
                source=source,
                records=records_of(rows_of_ndjson(body), parser_of(source.format, source.column_map)),
                taken_at=taken_at,
                digest=digest,
                held=held,
                is_walked=lambda: is_complete,
            )
        except ImportRefusedError as error:
            raise ConflictError(str(error)) from error


def _pair(request: Request, source: Source) -> tuple[LibrarySnapshot, LibrarySnapshot]:
    complete = LibrarySnapshot.objects.complete().of_ads().filter(source=source)
    until = _moment(request, "to")
    later = (complete.filter(taken_at__lte=until) if until else complete).last()
    since = _moment(request, "from")
    before = complete.filter(taken_at__lt=later.taken_at) if later else complete.none()
    earlier = (before.filter(taken_at__lte=since) if since else before).last()
    if earlier is None or later is None:
        raise NotFound("There are no two complete snapshots to compare.")
    return earlier, later


def _figures(name: str, figures: Comparison) -> dict[str, Any]:
    names = [str(each) for each in RemovalComparisonSerializer().fields]
    return {"part": name, **{each: getattr(figures, each) for each in names if each != "part"}}


def _moment(request: Request, name: str) -> datetime | None:
    text = request.GET.get(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValidationError({name: ["A date and time such as 2026-01-31T12:00:00Z."]}) from error
