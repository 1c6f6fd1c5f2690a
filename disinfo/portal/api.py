"""The portal's own endpoints."""

from typing import Any, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.accounts.models import User
from disinfo.api.views import ApiView
from disinfo.portal import statistics
from disinfo.portal.activity import latest
from disinfo.portal.models import Job
from disinfo.portal.tools import ask_each, tools

_MOST_RESULTS = 50


class FigureSerializer(serializers.Serializer[Any]):
    """A live figure."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the label of a field
    value = serializers.IntegerField()
    method = serializers.CharField()


class ToolSerializer(serializers.Serializer[Any]):
    """A tool, and whether it is open on this portal."""

    slug = serializers.CharField()
    name = serializers.CharField()
    tagline = serializers.CharField()
    is_open = serializers.BooleanField()
    url = serializers.CharField(source="home_url")


class StatsSerializer(serializers.Serializer[Any]):
    """A tool's figures now."""

    tool = serializers.CharField()
    figures = FigureSerializer(many=True)


class CardSerializer(serializers.Serializer[Any]):
    """A thing of a tool."""

    tool = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    date = serializers.DateTimeField(allow_null=True)


class ActivitySerializer(serializers.Serializer[Any]):
    """Something that happened."""

    tool = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    at = serializers.DateTimeField()
    summary = serializers.CharField()


class MeSerializer(serializers.ModelSerializer[User]):
    """The caller."""

    class Meta:
        model = User
        fields = ["email", "name", "language", "is_staff"]


class JobSerializer(serializers.ModelSerializer[Job]):
    """The progress of a long piece of work."""

    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = Job
        fields = ["id", "kind", "label", "state", "stage", "done", "total", "percent", "error", "result"]


class ToolsView(ApiView):
    """The five tools."""

    @extend_schema(responses=ToolSerializer(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the tools of this portal."""
        return Response(ToolSerializer(tools(), many=True).data)


class StatsView(ApiView):
    """The live figures."""

    @extend_schema(responses=StatsSerializer(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Each open tool's figures, counted now."""
        groups = [{"tool": slug, "figures": figures} for slug, figures in statistics.figures_by_tool()]
        return Response(StatsSerializer(groups, many=True).data)


class SearchView(ApiView):
    """One search over all tools."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "q", OpenApiTypes.STR, required=True, description="Words that must all be there"
            ),
            OpenApiParameter("tool", OpenApiTypes.STR, description="Only this tool's results"),
        ],
        responses=CardSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Things that match, tool by tool, best first."""
        query, only = request.query_params.get("q", "").strip(), request.query_params.get("tool", "")
        if not query:
            raise ValidationError({"q": ["Say what to look for."]})
        answers = ask_each(
            lambda tool: tool.search(query, request.user, _MOST_RESULTS) if only in {"", tool.slug} else ()
        )
        return Response(CardSerializer([card for _tool, cards in answers for card in cards], many=True).data)


class ActivityView(ApiView):
    """What happened last."""

    @extend_schema(responses=ActivitySerializer(many=True))
    def get(self, request: Request) -> Response:
        """The latest of every tool, newest first."""
        return Response(ActivitySerializer(latest(request.user, limit=_MOST_RESULTS), many=True).data)


class MeView(ApiView):
    """Who the caller is."""

    login_required = True

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The account this token or session belongs to."""
        return Response(MeSerializer(cast("User", request.user)).data)


class JobView(ApiView):
    """A long piece of work."""

    login_required = True

    @extend_schema(responses=JobSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far a piece of work is, for who started it (staff see all)."""
        jobs = Job.objects.all() if request.user.is_staff else Job.objects.filter(owner_id=request.user.pk)
        return Response(JobSerializer(get_object_or_404(jobs, pk=pk)).data)
