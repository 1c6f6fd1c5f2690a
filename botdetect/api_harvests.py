"""Collecting from X for programs: asked for, estimated, started, stopped."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from botdetect.api import ByCreation, ReviewersOnly
from botdetect.apps import COLLECT_SCOPE
from botdetect.harvest_forms import HarvestForm
from botdetect.models import Collection, Harvest
from botdetect.services.harvests import asking
from botdetect.services.harvests.asking import HarvestError
from disinfo.accounts.models import User
from disinfo.api.views import ApiView

_ASKED = (
    "query",
    "accounts",
    "start",
    "end",
    "with_authors",
    "most_posts",
    "least_ratio",
    "newest_days",
    "most_depth",
)


class HarvestSerializer(serializers.ModelSerializer[Harvest]):
    """A harvest; `asked` takes query, accounts, start, end, with_authors and the rule of a crawl."""

    most_money = serializers.DecimalField(max_digits=9, decimal_places=2, min_value=0, coerce_to_string=True)
    money = serializers.DecimalField(max_digits=12, decimal_places=6, read_only=True)
    estimated_money = serializers.DecimalField(
        max_digits=15, decimal_places=6, read_only=True, allow_null=True
    )

    class Meta:
        model = Harvest
        fields = [
            "id",
            "collection",
            "kind",
            "asked",
            "state",
            "problem",
            "resume_at",
            "estimated_reads",
            "estimated_money",
            "most_money",
            "money",
            "calls",
            "reads",
            "created_at",
            "finished_at",
        ]
        read_only_fields = [
            "state",
            "problem",
            "resume_at",
            "estimated_reads",
            "calls",
            "reads",
            "created_at",
            "finished_at",
        ]


class BudgetSerializer(serializers.Serializer[Any]):
    """How much may be spent, in dollars."""

    most_money = serializers.DecimalField(max_digits=9, decimal_places=2, min_value=0)


class HarvestsView(ReviewersOnly, ApiView, generics.ListCreateAPIView[Harvest]):
    """Harvests from X; POST has one estimated, which costs a few cents. It waits for its start."""

    serializer_class = HarvestSerializer
    pagination_class = ByCreation
    scope = COLLECT_SCOPE

    def get_queryset(self) -> QuerySet[Harvest]:
        """Of the collections that the caller reviews."""
        return Harvest.objects.visible_to(self.request.user)

    def perform_create(self, serializer: Any) -> None:
        """Check what is asked as the form does."""
        given = serializer.validated_data
        readable = Collection.objects.visible_to(self.request.user)
        collection = readable.filter(pk=given["collection"].pk).first()
        if collection is None:
            raise ValidationError({"collection": ["not found"]})
        form = HarvestForm(
            _as_typed(given.get("asked")) | {name: given[name] for name in ("kind", "most_money")}
        )
        if not form.is_valid():
            raise ValidationError(
                {name: [str(error) for error in found] for name, found in form.errors.items()}
            )
        try:
            serializer.instance = asking.ask(
                collection=collection,
                kind=given["kind"],
                asked=form.asked(),
                most_money=given["most_money"],
                actor=cast("User", self.request.user),
            )
        except HarvestError as error:
            raise ValidationError({"detail": str(error)}) from error


def _as_typed(asked: object) -> dict[str, Any]:
    """What a program asks, as the form would be given it; what it leaves out is as in the form."""
    if not isinstance(asked, dict):
        raise ValidationError({"asked": ["give an object"]})
    if unknown := sorted(set(asked) - set(_ASKED)):
        raise ValidationError({"asked": [f"not known: {', '.join(unknown)}"]})
    defaults = {name: HarvestForm.base_fields[name].initial for name in _ASKED}
    accounts = asked.get("accounts", "")
    typed = "\n".join(map(str, accounts)) if isinstance(accounts, list) else str(accounts)
    return defaults | asked | {"accounts": typed}


class HarvestView(ReviewersOnly, ApiView, generics.RetrieveAPIView[Harvest]):
    """A harvest: its estimate, its cost, how far it is."""

    serializer_class = HarvestSerializer

    def get_queryset(self) -> QuerySet[Harvest]:
        """Of the collections that the caller reviews."""
        return Harvest.objects.visible_to(self.request.user)


class HarvestStartView(ReviewersOnly, ApiView):
    """Start a harvest that was estimated, or have one that rests go on."""

    scope = COLLECT_SCOPE

    @extend_schema(request=BudgetSerializer, responses=HarvestSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """With `most_money`, the most it may cost in all."""
        budget = BudgetSerializer(data=request.data)
        found = get_object_or_404(Harvest.objects.visible_to(request.user), pk=pk)
        budget.is_valid(raise_exception=True)
        try:
            asking.start(
                harvest=found,
                most_money=budget.validated_data["most_money"],
                actor=cast("User", request.user),
            )
        except HarvestError as error:
            raise ValidationError({"detail": str(error)}) from error
        found.refresh_from_db()
        return Response(HarvestSerializer(found).data)


class HarvestStopView(ReviewersOnly, ApiView):
    """Stop a harvest before its next call."""

    scope = COLLECT_SCOPE

    @extend_schema(request=None, responses=HarvestSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """What came is kept."""
        found = get_object_or_404(Harvest.objects.visible_to(request.user), pk=pk)
        asking.stop(harvest=found, actor=cast("User", request.user))
        return Response(HarvestSerializer(found).data)
