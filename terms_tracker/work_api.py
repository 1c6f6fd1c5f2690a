"""What is done with changes, for programs: following, memos, evidence, coverage, statistics."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.accounts.models import User
from disinfo.api.views import ApiView
from terms_tracker import coverage, statistics
from terms_tracker.api import TermsSerializer
from terms_tracker.apps import SCOPE
from terms_tracker.models import Collection, Memo, Service, Subscription, Terms, Topic, Version
from terms_tracker.services import evidencing, following
from terms_tracker.services import memos as memo_services

_COLLECTION = OpenApiParameter("collection", OpenApiTypes.STR, description="Its key; every one without it")


def _person(request: Request) -> User:
    """Who calls, by a token or logged in."""
    if not request.user.is_authenticated:
        raise NotAuthenticated
    return request.user


def _said(error: Refused) -> ValidationError:
    """A refusal of a service as the API says it."""
    return ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages)


# ── Following ─────────────────────────────────────────────────────────────────────────────────────────────
class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """What is followed; each thing that is left out means any."""

    collection = serializers.SlugRelatedField(
        "key", queryset=Collection.objects.none(), required=False, allow_null=True
    )
    service = serializers.PrimaryKeyRelatedField(
        queryset=Service.objects.none(), required=False, allow_null=True
    )
    topic = serializers.SlugRelatedField(
        "code", queryset=Topic.objects.none(), required=False, allow_null=True
    )
    webhook_url = serializers.URLField(required=False, max_length=500, write_only=True)
    webhook = serializers.CharField(source="webhook.url", read_only=True, default=None)
    webhook_secret = serializers.CharField(source="webhook.secret", read_only=True, default=None)
    feed_url = serializers.CharField(source="get_feed_url", read_only=True)

    class Meta:
        model = Subscription
        fields = [
            *("id", "collection", "service", "terms_type", "topic", "phrase", "with_folded", "way", "room"),
            *("webhook_url", "webhook", "webhook_secret", "feed_url", "created_at"),
        ]

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Only what the caller may read can be named."""
        fields = super().get_fields()
        if request := self.context.get("request"):
            readable: dict[str, models.QuerySet[Any]] = {
                "collection": Collection.objects.visible_to(request.user),
                "service": Service.objects.visible_to(request.user),
                "topic": Topic.objects.active(),
            }
            for name, rows in readable.items():
                fields[name].queryset = rows  # type: ignore[attr-defined]  # a serializer knows fields, not their class
        return fields

    def validate_phrase(self, phrase: str) -> str:
        """Words, as far as anything can be looked for."""
        if phrase and not any(each.isalnum() for each in phrase):
            raise ValidationError(["Write at least one word."])
        return phrase

    def create(self, validated_data: dict[str, Any]) -> Subscription:
        """By the service."""
        address = validated_data.pop("webhook_url", "")
        try:
            return following.follow(
                subscription=Subscription(**validated_data),
                owner=_person(self.context["request"]),
                webhook_url=address,
            )
        except Refused as error:
            raise _said(error) from error

    def update(self, instance: Subscription, validated_data: dict[str, Any]) -> Subscription:
        """By the service."""
        address = validated_data.pop("webhook_url", instance.webhook.url if instance.webhook else "")
        for name, value in validated_data.items():
            setattr(instance, name, value)
        try:
            following.change(subscription=instance, webhook_url=address)
        except Refused as error:
            raise _said(error) from error
        return instance


class _Subscriptions(ApiView, generics.GenericAPIView[Subscription]):
    """The caller's own."""

    scope = SCOPE
    serializer_class = SubscriptionSerializer
    queryset = Subscription.objects.none()

    def get_queryset(self) -> models.QuerySet[Subscription]:
        """Nobody else's."""
        rows = Subscription.objects.filter(owner=_person(self.request))
        return rows.select_related("service", "topic", "collection", "webhook").order_by("-pk")


class SubscriptionsView(_Subscriptions, generics.ListCreateAPIView[Subscription]):
    """What the caller follows; POST to follow something more."""


class SubscriptionView(_Subscriptions, generics.RetrieveUpdateDestroyAPIView[Subscription]):
    """One thing that the caller follows: to be changed, or ended."""

    http_method_names = ("get", "patch", "delete", "head", "options")

    def perform_destroy(self, instance: Subscription) -> None:
        """By the service."""
        following.stop(subscription=instance, actor=_person(self.request))


# ── Memos ─────────────────────────────────────────────────────────────────────────────────────────────────
class PassageSerializer(serializers.Serializer[Any]):
    """A sentence of a change: its name when it is cited, whether it came (new) or went (old), its words."""

    digest = serializers.CharField()
    side = serializers.CharField()
    text = serializers.CharField()


class MemoSerializer(serializers.ModelSerializer[Memo]):
    """A memo; `cited` names sentences as `side-digest`."""

    commit = serializers.RegexField(r"^[0-9a-f]{40}$", help_text="The change that it is about.")
    organisation = serializers.CharField(source="organisation.name", read_only=True)
    terms_id = serializers.IntegerField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    passages = PassageSerializer(many=True, read_only=True)
    cited = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, write_only=True, max_length=50
    )

    class Meta:
        model = Memo
        fields = [
            *("id", "commit", "terms_id", "organisation", "title", "body", "passages", "cited", "state"),
            *("number", "created_at", "updated_at", "published_at", "url"),
        ]
        read_only_fields = ("state", "number", "published_at")


class RewritingSerializer(serializers.Serializer[Any]):
    """Another revision of a memo, written on the revision `based_on`."""

    based_on = serializers.IntegerField(min_value=1)
    title = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=100_000)
    cited = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=50, default=list
    )


class MoveSerializer(serializers.Serializer[Any]):
    """What becomes of a memo."""

    deed = serializers.ChoiceField(["submit", "return", "publish", "withdraw"])


class MemosView(ApiView, generics.ListAPIView[Memo]):
    """Memos that the caller may read; POST to begin one on a change."""

    scope = SCOPE
    serializer_class = MemoSerializer
    queryset = Memo.objects.none()

    def get_queryset(self) -> models.QuerySet[Memo]:
        """By the caller's rights."""
        return Memo.objects.visible_to(self.request.user).with_names()

    @extend_schema(request=MemoSerializer, responses={201: MemoSerializer})
    def post(self, request: Request) -> Response:
        """Begin a memo: for regulators, as a draft of their organisation."""
        asked = MemoSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = asked.validated_data
        version = _version(request, found["commit"])
        try:
            made = memo_services.write(
                version=version,
                author=_person(request),
                title=found["title"],
                body=found["body"],
                cited=found.get("cited", ()),
            )
        except Refused as error:
            raise _said(error) from error
        return Response(MemoSerializer(made).data, status=status.HTTP_201_CREATED)


class MemoView(ApiView):
    """One memo."""

    scope = SCOPE

    @extend_schema(responses=MemoSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The memo with what it cites."""
        return Response(MemoSerializer(_memo(request, pk)).data)

    @extend_schema(request=RewritingSerializer, responses={200: MemoSerializer, 409: MemoSerializer})
    def patch(self, request: Request, pk: int) -> Response:
        """Save another revision; 409 with the memo as it is now, when somebody else saved meanwhile."""
        found, person = _memo(request, pk), _person(request)
        asked = RewritingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            written = memo_services.rewrite(memo=found, editor=person, **asked.validated_data)
        except memo_services.OverwriteError:
            return Response(MemoSerializer(_memo(request, pk)).data, status=status.HTTP_409_CONFLICT)
        except Refused as error:
            raise _said(error) from error
        return Response(MemoSerializer(written).data)


class MemoMoveView(ApiView):
    """What becomes of a memo."""

    scope = SCOPE

    @extend_schema(request=MoveSerializer, responses=MemoSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Submit, return, publish or withdraw; who may is as on its page."""
        found, person = _memo(request, pk), _person(request)
        asked = MoveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            moved = memo_services.move(memo=found, deed=asked.validated_data["deed"], actor=person)
        except Refused as error:
            raise _said(error) from error
        return Response(MemoSerializer(moved).data)


class PassagesView(ApiView):
    """What a memo on a change may cite."""

    @extend_schema(responses=PassageSerializer(many=True))
    def get(self, request: Request, commit: str) -> Response:
        """The sentences that came and went."""
        return Response(
            PassageSerializer(memo_services.passages_of(_version(request, commit)), many=True).data
        )


def _memo(request: Request, pk: int) -> Memo:
    """A memo that the caller may read; who writes in it is the service's question."""
    return get_object_or_404(Memo.objects.visible_to(request.user).with_names(), pk=pk)


def _version(request: Request, commit: str) -> Version:
    rows = Version.objects.visible_to(request.user).newest_first().filter(commit=commit)
    return rows.first() or get_object_or_404(Version.objects.none())


# ── Evidence, coverage, statistics ────────────────────────────────────────────────────────────────────────
class EvidenceView(ApiView):
    """Evidence to take away."""

    @extend_schema(
        parameters=[OpenApiParameter("what", OpenApiTypes.STR, enum=["change", "version"])],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, commit: str) -> HttpResponse:
        """One zip for what a version changed, or with `what=version` for the version alone."""
        version = _version(request, commit)
        what = request.query_params.get("what", "change")
        if what not in {"change", "version"}:
            raise ValidationError({"what": ["change or version."]})
        return HttpResponse(
            evidencing.bundle(version=version, with_change=what == "change"), content_type="application/zip"
        )


class CoveredSerializer(serializers.Serializer[Any]):
    """One terms on the board."""

    terms = TermsSerializer()
    since = serializers.DateTimeField(allow_null=True)
    availability = serializers.FloatField(allow_null=True)
    challenges = serializers.IntegerField()


class BoardSerializer(serializers.Serializer[Any]):
    """One collection: availability is the share of the checks of the last thirty days that could read, in per cent."""

    collection = serializers.CharField(source="collection.key")
    tracked = serializers.IntegerField()
    failing = serializers.IntegerField()
    availability = serializers.FloatField(allow_null=True)
    challenges = serializers.IntegerField()
    documents = CoveredSerializer(source="rows", many=True)


class CoverageView(ApiView):
    """The coverage board."""

    @extend_schema(parameters=[_COLLECTION], responses=BoardSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What is tracked, since when, and what fails."""
        boards = coverage.boards(request.user, collection=_key(request))
        return Response(BoardSerializer(boards, many=True).data)


class CountSerializer(serializers.Serializer[Any]):
    """Changes of a month, class and type."""

    month = serializers.CharField()
    change_class = serializers.CharField(allow_blank=True)
    terms_type = serializers.CharField()
    changes = serializers.IntegerField()


class StatisticsView(ApiView):
    """Statistics of changes."""

    @extend_schema(parameters=[_COLLECTION], responses=CountSerializer(many=True))
    def get(self, request: Request) -> Response:
        """How many changes a month (UTC), class and type."""
        rows = statistics.changes_of(request.user, collection=_key(request))
        return Response(CountSerializer(list(statistics.table(rows)), many=True).data)


class MeasuredSerializer(serializers.Serializer[Any]):
    """A version of a terms, measured."""

    date = serializers.CharField()
    commit = serializers.CharField()
    language = serializers.CharField(allow_blank=True)
    words = serializers.IntegerField()
    sentences = serializers.IntegerField()
    reading_ease = serializers.FloatField(allow_null=True)


class TermsStatisticsView(ApiView):
    """Length and readability of one terms over time."""

    @extend_schema(responses=MeasuredSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """At most forty versions, spread evenly."""
        readable = Terms.objects.visible_to(request.user).select_related("service__collection")
        terms = get_object_or_404(readable, pk=pk)
        return Response(
            MeasuredSerializer(list(statistics.rows_of(statistics.measured(terms))), many=True).data
        )


def _key(request: Request) -> str:
    return request.query_params.get("collection", "").replace("\x00", "")[:60]
