"""Classifying for programs: an app of one's own may show the ads and send the answers."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.api.views import ApiView
from political_ads import crowd_figures, sessions
from political_ads.answering import read_key
from political_ads.assignments import Assignment, AssignmentError
from political_ads.labels import Label
from political_ads.models import LABEL_NAMES, Check, Skip, Task, Vote, Voter
from political_ads.networks import network_of
from political_ads.services import queueing, voting
from political_ads.services.voting import RefusedError
from political_ads.shown import ShownAd, shown_ad

_MOST_AT_ONCE = 3


class ExpiredAssignment(APIException):
    """An ad that was given too long ago."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "This assignment has expired: ask for another ad."
    default_code = "expired"


class RangeSerializer(serializers.Serializer[Any]):
    """Bounds as the platform gives them; null for none."""

    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class CreativeSerializer(serializers.Serializer[Any]):
    """What the ad shows."""

    id = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    pictures = serializers.ListField(child=serializers.CharField())


class AssignmentSerializer(serializers.Serializer[Any]):
    """An ad to classify, and the token to hand back with the answer."""

    assignment = serializers.CharField()
    expires = serializers.DateTimeField()
    creative = CreativeSerializer()
    advertiser = serializers.CharField(allow_null=True)
    payer = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    spend = RangeSerializer()
    impressions = RangeSerializer()
    started_on = serializers.DateTimeField(allow_null=True)
    stopped_on = serializers.DateTimeField(allow_null=True)
    copies = serializers.IntegerField()


class LabelSerializer(serializers.Serializer[Any]):
    """A possible answer."""

    code = serializers.CharField()
    name = serializers.CharField()


class ProgressSerializer(serializers.Serializer[Any]):
    """How far it is."""

    you = serializers.IntegerField()
    today = serializers.IntegerField()
    open = serializers.IntegerField()
    decided = serializers.IntegerField()


class NextSerializer(serializers.Serializer[Any]):
    """Ads to classify; none is left when the list is empty."""

    assignments = AssignmentSerializer(many=True)
    labels = LabelSerializer(many=True)
    progress = ProgressSerializer()


class VoteInSerializer(serializers.Serializer[Any]):
    """An answer."""

    assignment = serializers.CharField(max_length=400)
    label = serializers.ChoiceField(choices=[label.value for label in Label])  # type: ignore[assignment]  # also an option of fields, which no serializer here uses
    checks = serializers.DictField(
        child=serializers.ChoiceField(choices=Check.Answer.choices), required=False
    )

    def validate_checks(self, checks: dict[str, str]) -> dict[str, str]:
        """Questions we ask only."""
        if unknown := set(checks) - set(Check.Key.values):
            raise ValidationError(f"Unknown: {', '.join(sorted(unknown))[:200]}")
        return checks


class CrowdSerializer(serializers.Serializer[Any]):
    """What everybody's answers come to."""

    state = serializers.CharField()
    answers = serializers.DictField(child=serializers.IntegerField())


class VoteOutSerializer(serializers.Serializer[Any]):
    """An answer that was kept."""

    vote = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # also an option of fields, which no serializer here uses
    undo_until = serializers.DateTimeField()
    crowd = CrowdSerializer()


class SkipSerializer(serializers.Serializer[Any]):
    """An ad passed over."""

    assignment = serializers.CharField(max_length=400)
    reason = serializers.ChoiceField(choices=Skip.Reason.choices, default=Skip.Reason.OTHER)


class ShareSerializer(serializers.Serializer[Any]):
    """A share between 0 and 1 with its 95 % interval."""

    label = serializers.CharField()  # type: ignore[assignment]  # also an option of fields, which no serializer here uses
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class SharesSerializer(serializers.Serializer[Any]):
    """Shares of all ads, estimated from the uniform sample."""

    at = serializers.DateTimeField()
    method = serializers.CharField()
    decided = serializers.IntegerField()
    waiting = serializers.IntegerField()
    shares = ShareSerializer(many=True)


class AgreementSerializer(serializers.Serializer[Any]):
    """Krippendorff's alpha of the last nightly check; null where unknown."""

    at = serializers.DateTimeField(allow_null=True)
    votes = serializers.IntegerField()
    creatives = serializers.IntegerField()
    all = serializers.FloatField(allow_null=True)
    labels = serializers.DictField(child=serializers.FloatField(allow_null=True))
    languages = serializers.DictField(child=serializers.FloatField(allow_null=True))


_LANGUAGE = OpenApiParameter("lang", str, description="Language of the ads, such as fr; any when left out.")
_COUNT = OpenApiParameter("n", int, description="How many, 3 at most.")


class NextView(ApiView):
    """What to classify next."""

    @extend_schema(parameters=[_LANGUAGE, _COUNT], responses=NextSerializer)
    def get(self, request: Request) -> Response:
        """Up to three ads that this session has not seen, leased to it for two minutes.

        The session is a cookie; an answer needs the assignment only.
        """
        session = sessions.session_of(request)
        count = min(max(read_key(request.query_params.get("n")), 1), _MOST_AT_ONCE)
        language = request.query_params.get("lang", "")[:8]
        languages = [language, ""] if language else ["", *queueing.languages_waiting()]
        tasks = queueing.next_tasks(voter=session, languages=list(dict.fromkeys(languages)), count=count)
        progress, voter = crowd_figures.progress(), Voter.objects.filter(pk=session).first()
        body = {
            "assignments": [_assignment(shown_ad(task.pk), session) for task in tasks],
            "labels": [{"code": code, "name": str(name)} for code, name in LABEL_NAMES.items()],
            "progress": {**progress, "you": voter.votes_count if voter else 0},
        }
        response = Response(NextSerializer(body).data)
        response["Cache-Control"] = "no-store"
        sessions.keep(response, session)
        return response


def _assignment(shown: ShownAd, session: UUID) -> dict[str, Any]:
    given, ad = Assignment.now(shown.creative.pk, session), shown.ad
    return {
        "assignment": given.token,
        "expires": given.expires,
        "creative": {
            **{
                name: getattr(shown.creative, name)
                for name in ("id", "text", "title", "description", "language")
            },
            "pictures": [f"/ads/picture/{picture.pk}/" for picture in shown.pictures],
        },
        "advertiser": ad.advertiser.name if ad and ad.advertiser else None,
        "payer": (ad.payer or None) if ad else None,
        "currency": ad.currency if ad else "",
        "spend": {"low": ad and ad.spend_low, "high": ad and ad.spend_high},
        "impressions": {"low": ad and ad.impressions_low, "high": ad and ad.impressions_high},
        "started_on": ad and ad.started_on,
        "stopped_on": ad and ad.stopped_on,
        "copies": shown.copies,
    }


def _read(token: str) -> Assignment:
    try:
        return Assignment.of(token)
    except AssignmentError as error:
        if error.is_expired:
            raise ExpiredAssignment from error
        raise ValidationError({"assignment": ["Not an assignment of this portal."]}) from error


def _refuse(refusal: RefusedError) -> APIException:
    return (
        Throttled(refusal.wait, str(refusal.reason)) if refusal.wait else ValidationError(str(refusal.reason))
    )


class VotesView(ApiView):
    """Answers."""

    permission_classes = (AllowAny,)

    @extend_schema(request=VoteInSerializer, responses={200: VoteOutSerializer, 201: VoteOutSerializer})
    def post(self, request: Request) -> Response:
        """Keep an answer. The same assignment again gives the vote there is, with 200."""
        form = VoteInSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = _read(form.validated_data["assignment"])
        is_known = Vote.objects.active().filter(voter_id=given.voter, creative_id=given.creative).exists()
        try:
            vote = voting.vote(
                assignment=given,
                label=Label(form.validated_data["label"]),
                network=network_of(request),
                checks=form.validated_data.get("checks"),
            )
        except RefusedError as refusal:
            raise _refuse(refusal) from refusal
        body = {
            "vote": vote.pk,
            "label": vote.label,
            "undo_until": vote.undo_until,
            "crowd": {
                "state": Task.objects.values_list("state", flat=True).get(pk=vote.creative_id),
                "answers": dict(crowd_figures.said_of(vote.creative_id)),
            },
        }
        code = status.HTTP_200_OK if is_known else status.HTTP_201_CREATED
        return Response(VoteOutSerializer(body).data, status=code)


class VoteView(ApiView):
    """An answer of one's own."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[
            OpenApiParameter("assignment", str, description="The one it answered, without a cookie.")
        ],
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Take an answer back, within five minutes."""
        token = request.query_params.get("assignment")
        session = _read(token).voter if token else sessions.session_of(request)
        try:
            voting.undo(voter=session, vote_id=read_key(str(pk)))
        except RefusedError as refusal:
            raise NotFound(str(refusal.reason)) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


class SkipsView(ApiView):
    """Ads passed over."""

    permission_classes = (AllowAny,)

    @extend_schema(request=SkipSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Pass an ad over, so that it does not come back."""
        form = SkipSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            voting.skip(
                assignment=_read(form.validated_data["assignment"]),
                reason=form.validated_data["reason"],
                network=network_of(request),
            )
        except RefusedError as refusal:
            raise _refuse(refusal) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


class LabelStatsView(ApiView):
    """What ads are for."""

    @extend_schema(parameters=[_LANGUAGE], responses=SharesSerializer)
    def get(self, request: Request) -> Response:
        """The share of each label among all ads, from the uniform sample only, with its 95 % interval."""
        found = crowd_figures.prevalence(language=request.query_params.get("lang", "")[:8])
        body = {
            "at": found.at,
            "method": "Wilson interval on the effective size of a uniform sample, weighted by ads",
            "decided": found.decided,
            "waiting": found.waiting,
            "shares": found.shares,
        }
        return Response(SharesSerializer(body).data)


class AgreementStatsView(ApiView):
    """How far people agree."""

    @extend_schema(responses=AgreementSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002 (views take it)
        """Krippendorff's alpha for all answers, each label against the others, and each language."""
        nothing: dict[str, Any] = {
            "at": None,
            "votes": 0,
            "creatives": 0,
            "all": None,
            "labels": {},
            "languages": {},
        }
        return Response(AgreementSerializer(crowd_figures.agreement() or nothing).data)
