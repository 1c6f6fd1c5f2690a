"""The three reads of the original of 2019, for programs written for it, with their faults mended.

`/random` is bounded and never repeats, `/annotations` counts what the filter keeps, and only known types exist.
"""

import random
from typing import Any

from django.db.models import Max, Min
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.api.views import ApiView
from political_ads import crowd_figures
from political_ads.answering import read_key
from political_ads.labels import ORIGINAL_SLUGS, ORIGINAL_VALUES, Label
from political_ads.models import Ad, Review, Task, Vote

_RANDOM_DEFAULT, _RANDOM_MOST = 20, 50
_LIST_DEFAULT, _LIST_MOST, _SKIP_MOST = 100, 200, 100_000
_LABEL_OF_SLUG = {slug: label for label, slug in ORIGINAL_SLUGS.items()}
_ROUNDS = 12
_random = random.SystemRandom()


class OriginalAdSerializer(serializers.Serializer[Ad]):
    """An ad under the names of the Graph API of 2019."""

    adId = serializers.CharField(source="external_id")  # noqa: N815 (the original's name)
    ad_creative_body = serializers.CharField(source="creative.text")
    ad_creative_link_title = serializers.CharField(source="creative.title")
    ad_creative_link_description = serializers.CharField(source="creative.description")
    ad_delivery_start_time = serializers.DateTimeField(source="started_on", allow_null=True)
    ad_delivery_stop_time = serializers.DateTimeField(source="stopped_on", allow_null=True)
    page_name = serializers.SerializerMethodField()
    funding_entity = serializers.CharField(source="payer")
    currency = serializers.CharField()
    spend = serializers.SerializerMethodField()
    impressions = serializers.SerializerMethodField()

    def get_page_name(self, ad: Ad) -> str:
        """Empty when the library does not say."""
        return ad.advertiser.name if ad.advertiser else ""

    def get_spend(self, ad: Ad) -> dict[str, int | None]:
        """Its range; null for no bound."""
        return {"lower_bound": ad.spend_low, "upper_bound": ad.spend_high}

    def get_impressions(self, ad: Ad) -> dict[str, int | None]:
        """Its range; null for no bound."""
        return {"lower_bound": ad.impressions_low, "upper_bound": ad.impressions_high}


class CountsSerializer(serializers.Serializer[Any]):
    """How many."""

    adsCount = serializers.IntegerField()  # noqa: N815 (the original's name)
    annotationsCount = serializers.IntegerField()  # noqa: N815 (the original's name)


class AnnotationSerializer(serializers.Serializer[Any]):
    """An answer, or a reviewer's decision, with its ad."""

    payload = serializers.DictField(child=serializers.CharField())
    timestamp = serializers.DateTimeField()
    isReview = serializers.BooleanField()  # noqa: N815 (the original's name)
    ad = OriginalAdSerializer(allow_null=True)


class PaginationSerializer(serializers.Serializer[Any]):
    """Where the list stands; `total` is of what the filter keeps."""

    total = serializers.IntegerField()
    skip = serializers.IntegerField()
    limit = serializers.IntegerField()


class AnnotationsSerializer(serializers.Serializer[Any]):
    """A part of a list."""

    pagination = PaginationSerializer()
    annotations = AnnotationSerializer(many=True)


class RandomView(ApiView):
    """A random sample."""

    @extend_schema(
        parameters=[OpenApiParameter("nb_ads", int, description="How many: 20, at most 50.")],
        responses=OriginalAdSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Different ads drawn at random."""
        wanted = read_key(request.query_params.get("nb_ads")) or _RANDOM_DEFAULT
        ads: Any = _sample(min(wanted, _RANDOM_MOST))
        return Response(OriginalAdSerializer(ads, many=True).data)


def _sample(count: int) -> list[Ad]:
    """Ads under random keys: never a sort of the whole table. Where keys are missing, fewer may come."""
    ends = Ad.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    readable = Ad.objects.select_related("creative", "advertiser").exclude(
        creative__task__state=Task.State.HIDDEN
    )
    found: dict[int, Ad] = {}
    for _ in range(_ROUNDS):
        keys = {_random.randint(ends["first"], ends["last"]) for _ in range(2 * count)}
        found |= {ad.pk: ad for ad in readable.filter(pk__in=keys).order_by("pk")}
        if len(found) >= count:
            break
    return _random.sample(list(found.values()), min(count, len(found)))


class CountsView(ApiView):
    """The two numbers of the original."""

    @extend_schema(responses=CountsSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002 (views take it)
        """Ads, and answers neither taken back nor revoked."""
        return Response(CountsSerializer(crowd_figures.original_counts()).data)


_LIST = [
    OpenApiParameter("skip", int),
    OpenApiParameter("limit", int, description="100, at most 200."),
    OpenApiParameter("isReview", bool, description="true: what reviewers decided, in place of answers."),
]


class AnnotationsView(ApiView):
    """Answers, the newest first."""

    @extend_schema(parameters=_LIST, responses=AnnotationsSerializer)
    def get(self, request: Request) -> Response:
        """All of them."""
        return _list(request)


class AnnotationsOfView(ApiView):
    """Answers of one type."""

    @extend_schema(operation_id="ads_annotations_of_type", parameters=_LIST, responses=AnnotationsSerializer)
    def get(self, request: Request, kind: str) -> Response:
        """Of this type: survey, promotes-candidates, new-controversial-element, nothing-suspect and so on."""
        if kind not in _LABEL_OF_SLUG:
            raise NotFound(f"There is no such type. One of: {', '.join(sorted(_LABEL_OF_SLUG))}.")
        return _list(request, _LABEL_OF_SLUG[kind])


def _list(request: Request, label: Label | None = None) -> Response:
    rows: Any
    skip = min(read_key(request.query_params.get("skip")), _SKIP_MOST)
    limit = min(read_key(request.query_params.get("limit")) or _LIST_DEFAULT, _LIST_MOST)
    is_review = request.query_params.get("isReview", "").lower() in {"true", "1"}
    rows = Review.objects.order_by("-created_at", "-pk") if is_review else Vote.objects.active()
    if label:
        rows = rows.filter(label=label)
    chosen = rows.exclude(creative__task__state=Task.State.HIDDEN)
    page = list(chosen[skip : skip + limit])
    body = {
        "pagination": {"total": chosen.count(), "skip": skip, "limit": limit},
        "annotations": _annotations(page, is_review=is_review),
    }
    return Response(AnnotationsSerializer(body).data)


def _annotations(page: list[Any], *, is_review: bool) -> list[dict[str, Any]]:
    ads = Ad.objects.filter(creative__in=[row.creative_id for row in page])
    by_creative = {ad.creative_id: ad for ad in ads.select_related("creative", "advertiser").order_by("-pk")}
    return [
        {
            "payload": {"value": ORIGINAL_VALUES[Label(row.label)]},
            "timestamp": row.created_at,
            "isReview": is_review,
            "ad": by_creative.get(row.creative_id),
        }
        for row in page
    ]
