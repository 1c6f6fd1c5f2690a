"""The bot clusters for programs: what is published for everyone, the rest for reviewers."""

from dataclasses import asdict
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from botdetect.apps import LOOKUP_SCOPE, RUN_SCOPE
from botdetect.coordination import EventsError
from botdetect.forms import RunForm
from botdetect.models import Cluster, ClusterLook, Collection, Run
from botdetect.permissions import is_reviewer
from botdetect.services import lookup, runs
from botdetect.services.profiles import Signal
from disinfo.accounts.models import User
from disinfo.api.pagination import CursorPagination
from disinfo.api.views import ApiView


class ByPublication(CursorPagination):
    """The latest published first."""

    ordering = ("-published_at", "-pk")


class ByCreation(CursorPagination):
    """The newest first."""

    ordering = ("-created_at", "-pk")


class ClusterLookSerializer(serializers.ModelSerializer[ClusterLook]):
    """What had become of a cluster's accounts on a day."""

    class Meta:
        model = ClusterLook
        fields = ["day", "looked", "counts"]


class ClusterSerializer(serializers.ModelSerializer[Cluster]):
    """A published cluster: numbers, no name of anyone."""

    url = serializers.CharField(source="get_public_url", read_only=True)
    report = serializers.JSONField(source="run.report", read_only=True)
    aggregates = serializers.JSONField(read_only=True)
    churn = ClusterLookSerializer(source="looks", many=True, read_only=True)

    class Meta:
        model = Cluster
        fields = [
            "id",
            "url",
            "title",
            "summary",
            "published_at",
            "accounts_count",
            "edges_count",
            "most_objects",
            "largest_q",
            "traces",
            "explanations",
            "aggregates",
            "churn",
            "report",
        ]


class ShareCollectionSerializer(serializers.ModelSerializer[Collection]):
    """A collection."""

    class Meta:
        model = Collection
        fields = ["id", "name", "source", "platform", "shares", "accounts_count", "kinds", "expires_at"]


class RunSerializer(serializers.ModelSerializer[Run]):
    """A run and how it stands."""

    class Meta:
        model = Run
        fields = [
            "id",
            "collection",
            "trace",
            "parameters",
            "state",
            "input_hash",
            "result_hash",
            "report",
            "created_at",
            "finished_at",
        ]
        read_only_fields = ["state", "input_hash", "result_hash", "report", "created_at", "finished_at"]


class SignalSerializer(serializers.Serializer[Signal]):
    """What the profile classifier says, with its own limits: one signal, no verdict."""

    scored = serializers.IntegerField()
    flagged = serializers.IntegerField()
    refused = serializers.IntegerField()
    median = serializers.FloatField(allow_null=True)
    sets = serializers.ListField(child=serializers.DictField())
    panel = serializers.ListField(child=serializers.DictField())


class AnswerSerializer(serializers.Serializer[lookup.Answer]):
    """What is known of an account."""

    asked = serializers.CharField()
    confidence = serializers.CharField()
    caveats = serializers.ListField(child=serializers.CharField())
    signal = SignalSerializer(allow_null=True)
    clusters = serializers.ListField(child=serializers.DictField())


class ReviewersOnly:
    """A view that only reviewers may call."""

    login_required = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse others before anything is read."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc] # mixed into a view
        if not is_reviewer(request.user):
            raise PermissionDenied


class ClustersView(ApiView, generics.ListAPIView[Cluster]):
    """Published clusters."""

    serializer_class = ClusterSerializer
    pagination_class = ByPublication

    def get_queryset(self) -> QuerySet[Cluster]:
        """For everyone."""
        return Cluster.objects.published().select_related("run").prefetch_related("looks")


class ClusterView(ApiView, generics.RetrieveAPIView[Cluster]):
    """A published cluster."""

    serializer_class = ClusterSerializer

    def get_queryset(self) -> QuerySet[Cluster]:
        """For everyone."""
        return Cluster.objects.published().select_related("run").prefetch_related("looks")


class CollectionsView(ReviewersOnly, ApiView, generics.ListAPIView[Collection]):
    """The collections that the caller reviews."""

    serializer_class = ShareCollectionSerializer
    pagination_class = ByCreation

    def get_queryset(self) -> QuerySet[Collection]:
        """Their own organisations'."""
        return Collection.objects.visible_to(self.request.user)


class RunsView(ReviewersOnly, ApiView, generics.ListCreateAPIView[Run]):
    """Runs; POST starts one, with the parameters of the engine."""

    serializer_class = RunSerializer
    pagination_class = ByCreation
    scope = RUN_SCOPE

    def get_queryset(self) -> QuerySet[Run]:
        """Of the collections that the caller reviews."""
        return Run.objects.visible_to(self.request.user)

    def perform_create(self, serializer: Any) -> None:
        """Check the parameters as the form does, then have a worker do the run."""
        given = serializer.validated_data
        readable = Collection.objects.visible_to(self.request.user)
        collection = readable.filter(pk=given["collection"].pk).first()
        if collection is None:
            raise ValidationError({"collection": ["not found"]})
        defaults = {
            name: field.initial for name, field in RunForm.base_fields.items() if field.initial is not None
        }
        asked = {
            **defaults,
            "communities": "propagation",
            **given.get("parameters", {}),
            "trace": given["trace"],
        }
        form = RunForm(asked, collection=collection, caller=self.request.user)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(error) for error in found] for name, found in form.errors.items()}
            )
        try:
            runs.parameters_of(form.parameters())
        except (EventsError, TypeError) as error:
            raise ValidationError({"parameters": [str(error)]}) from error
        serializer.instance = runs.start(
            collection=collection,
            trace=given["trace"],
            parameters=form.parameters(),
            actor=cast("User", self.request.user),
        )


class RunView(ReviewersOnly, ApiView, generics.RetrieveAPIView[Run]):
    """A run."""

    serializer_class = RunSerializer

    def get_queryset(self) -> QuerySet[Run]:
        """Of the collections that the caller reviews."""
        return Run.objects.visible_to(self.request.user)


class LookupView(ReviewersOnly, ApiView):
    """What is known of one account; each look-up is logged."""

    scope = LOOKUP_SCOPE

    @extend_schema(
        request={
            "application/json": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}
        },
        responses=AnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        """Look up `q`: @name, an identifier, or the address of a post."""
        asked = request.data.get("q") if isinstance(request.data, dict) else None
        if not isinstance(asked, str) or not asked.strip():
            raise ValidationError({"q": ["give an account or the address of a post"]})
        answer = lookup.look_up(text=asked[:300], actor=cast("User", request.user))
        clusters = [
            {
                "id": cluster.pk,
                "url": cluster.get_absolute_url(),
                "state": cluster.state,
                "accounts": cluster.accounts_count,
            }
            for cluster in answer.clusters
        ]
        return Response(
            {
                "asked": answer.asked,
                "confidence": answer.confidence,
                "caveats": [str(each) for each in answer.caveats],
                "signal": asdict(answer.signal) if answer.signal else None,
                "clusters": clusters,
            }
        )
