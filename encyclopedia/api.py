"""The encyclopedia for programs: pages, their revisions, and writing them."""

from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.accounts.models import User
from disinfo.api.pagination import CursorPagination
from disinfo.api.views import ApiView
from encyclopedia import exports, house_rules
from encyclopedia.apps import SCOPE
from encyclopedia.document import Document, DocumentError, parse
from encyclopedia.formats import stix
from encyclopedia.models import Facet, Kind, Page, Revision
from encyclopedia.permissions import can_moderate, can_publish
from encyclopedia.services import publishing, titles, writing

_MOST_OFFERED, _LEAST = 8, 3
_MOST_FOUND = 5


class ByChange(CursorPagination):
    """The page changed last first."""

    ordering = ("-changed_at", "-pk")


class BySaving(CursorPagination):
    """The revision saved last first."""

    ordering = ("-saved_at", "-pk")


class PageSerializer(serializers.ModelSerializer[Page]):
    """A page without its text."""

    kind = serializers.CharField(source="kind.code", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Page
        fields = [
            "id",
            "language",
            "slug",
            "kind",
            "title",
            "summary",
            "fields",
            "url",
            "changed_at",
            "checked_on",
        ]


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """A revision without its text."""

    page = serializers.CharField(source="page.get_absolute_url", read_only=True)
    writer = serializers.CharField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Revision
        fields = [
            "id",
            "page",
            "number",
            "status",
            "writer",
            "saved_at",
            "reason",
            "is_minor",
            "size",
            "sha256",
            "url",
        ]


class RevisionTextSerializer(RevisionSerializer):
    """A revision with its text: front matter and Markdown."""

    text = serializers.CharField(read_only=True)

    class Meta(RevisionSerializer.Meta):
        fields = [*RevisionSerializer.Meta.fields, "text"]


class WholePageSerializer(PageSerializer):
    """A page with its current revision and its text."""

    current = RevisionTextSerializer(read_only=True)

    class Meta(PageSerializer.Meta):
        fields = [*PageSerializer.Meta.fields, "current"]


class SaveSerializer(serializers.Serializer[Any]):
    """A text to be saved: front matter and Markdown, and the revision that it was written from."""

    text = serializers.CharField(max_length=1_000_000, trim_whitespace=False)
    base = serializers.IntegerField(required=False, help_text="The id of the revision you began from.")
    reason = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    is_minor = serializers.BooleanField(required=False, default=False)
    is_confirmed = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Somebody has looked at what may be about a private person: it may be published.",
    )


class SavedSerializer(serializers.Serializer[Any]):
    """What came of a save."""

    revision = RevisionSerializer()
    conflicts = serializers.ListField(child=serializers.CharField())
    was_merged = serializers.BooleanField()
    is_unchanged = serializers.BooleanField()


class FacetFilter(filters.CharFilter):  # type: ignore[misc]  # django-filter has no types
    """Pages with this value of a dimension, which is the filter's own name."""

    def filter(self, rows: QuerySet[Page], value: str) -> QuerySet[Page]:
        """Those that have it; all when none is asked for."""
        if not value:
            return rows
        found = Facet.objects.filter(dimension=self.field_name, value=value)
        return rows.filter(pk__in=found.values("page"))


class PageFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Narrow the pages: by language, and by the dimensions of the search."""

    language = filters.CharFilter("language")
    kind = FacetFilter("kind")
    phase = FacetFilter("phase")
    criterion = FacetFilter("criterion")
    country = FacetFilter("country")
    audience = FacetFilter("audience")
    tag = FacetFilter("tag")

    class Meta:
        model = Page
        fields = ["language"]


class PagesView(ApiView, generics.ListAPIView[Page]):
    """Published pages, the one changed last first."""

    serializer_class = PageSerializer
    filterset_class = PageFilter
    pagination_class = ByChange
    queryset = Page.objects.live().select_related("kind")


class PageView(ApiView):
    """One page."""

    scope = SCOPE

    @extend_schema(responses=WholePageSerializer)
    def get(self, request: Request, language: str, slug: str) -> Response:  # noqa: ARG002 (open to all)
        """A page with its text."""
        page = get_object_or_404(Page.objects.live().at(language, slug))
        return Response(WholePageSerializer(page).data)

    @extend_schema(
        request=SaveSerializer, responses={200: SavedSerializer, 201: SavedSerializer, 409: SavedSerializer}
    )
    def put(self, request: Request, language: str, slug: str) -> Response:
        """Write a page. Members publish at once, by the page's protection; what others send is a proposal."""
        if not isinstance(request.user, User):
            raise NotAuthenticated
        asked = SaveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = cast("dict[str, Any]", asked.validated_data)
        try:
            document = parse(values["text"])
        except DocumentError as error:
            raise ValidationError({"text": [str(error)]}) from error
        if not Kind.objects.filter(code=document.kind).exists():
            raise ValidationError({"text": [f"There is no kind “{document.kind}”."]})
        if not values["is_confirmed"]:
            _ask_to_confirm(document)
        page = Page.objects.at(language, slug).first()
        if page is not None and page.is_deleted:
            raise Http404
        writer = writing.Writer(user=request.user, publishes=can_publish(request.user, page))
        if page is None:
            _check_address(language, slug)
            saved = writing.create(
                document=document, language=language, slug=slug, writer=writer, reason=values["reason"]
            )
            return Response(SavedSerializer(saved).data, status=status.HTTP_201_CREATED)
        base = page.revisions.filter(pk=values.get("base", 0)).first()
        saved = writing.save(
            page=page, base=base or page.current, document=document, writer=writer,
            reason=values["reason"], is_minor=values["is_minor"],
        )  # fmt: skip
        code = status.HTTP_409_CONFLICT if saved.conflicts else status.HTTP_200_OK
        return Response(SavedSerializer(saved).data, status=code)


def _check_address(language: str, slug: str) -> None:
    """Raises ValidationError for an address at which a new page would not be found, or stand in another's way."""
    languages = dict(settings.LANGUAGES)
    if language not in languages:
        raise ValidationError({"language": [f"Pages are written in one of {', '.join(languages)}."]})
    if slug in writing.RESERVED or slug != slugify(slug) or len(slug) > writing.LONGEST_SLUG:
        most = writing.LONGEST_SLUG
        raise ValidationError(
            {"slug": [f"Lower case letters without accents, figures and hyphens, {most} at most; not “new”."]}
        )
    if slug in publishing.redirected_slugs(language, slug):
        raise ValidationError({"slug": ["This address leads to a page that was renamed."]})


def _ask_to_confirm(document: Document) -> None:
    """Raises ValidationError for a text that may name a private person, with the words that were found."""
    found = [each.excerpt for each in house_rules.check(document) if each.is_personal]
    if found:
        asks = "This may be about a private person. Send it again with is_confirmed when you have looked:"
        raise ValidationError({"is_confirmed": [f"{asks} {', '.join(found[:_MOST_FOUND])}"]})


class RevisionsView(ApiView, generics.ListAPIView[Revision]):
    """The published revisions of a page, the newest first."""

    serializer_class = RevisionSerializer
    pagination_class = BySaving
    queryset = Revision.objects.none()

    def get_queryset(self) -> Any:
        """Of this page."""
        page = get_object_or_404(Page.objects.live().at(self.kwargs["language"], self.kwargs["slug"]))
        return page.revisions.published().defer("data").select_related("page", "author")


class RevisionView(ApiView):
    """One revision."""

    @extend_schema(responses=RevisionTextSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """A revision with its text; one that is not published is there for moderators and its writer."""
        rows = Revision.objects.select_related("page", "author", "keyframe")
        if not can_moderate(request.user):
            rows = rows.published().filter(page__is_deleted=False)
        return Response(RevisionTextSerializer(get_object_or_404(rows, pk=pk)).data)


class StixView(ApiView):
    """Pages as STIX."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, language: str, slug: str) -> Response:  # noqa: ARG002 (open to all)
        """A page, and the pages its fields name, as a STIX 2.1 bundle."""
        page = get_object_or_404(Page.objects.live().at(language, slug))
        named = page.links.values("slug")
        others = (
            Page.objects.live()
            .filter(language=language, slug__in=named)
            .select_related("kind", "current__keyframe")
        )
        objects = exports.stix_objects([page, *others.order_by("slug")[:500]])
        return Response(stix.bundle(objects, page.get_absolute_url(), str(page.changed_at)))


class CompleteView(ApiView):
    """What the editor offers while a name is being typed."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Pages whose title is like ?q=, typing errors forgiven, in ?language= first; then cards of all tools.

        With ?what=sources, the sources with these words instead.
        """
        query = request.query_params.get("q", "").strip()[:100]
        language = request.query_params.get("language", "en")
        if request.query_params.get("what") == "sources":
            return Response({"sources": titles.sources_like(query, limit=_MOST_OFFERED)})
        pages = titles.like(query, language=language, limit=_MOST_OFFERED)
        cards = titles.cards_like(query, request.user, limit=_MOST_OFFERED) if len(query) >= _LEAST else []
        return Response({"pages": pages, "cards": cards})
