"""For programs: what pages cite, what they show, and what is said about them."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from disinfo.accounts.models import User
from disinfo.api.pagination import CursorPagination
from disinfo.api.views import ApiView
from disinfo.pictures import MOST_BYTES, PictureError
from encyclopedia.apps import SCOPE
from encyclopedia.document import is_date
from encyclopedia.models import Page, Picture, Remark, Source, Thread
from encyclopedia.permissions import can_moderate, can_publish
from encyclopedia.services import discussing, pictures, sources


def _member(request: Request) -> User:
    """Who asks. Raises NotAuthenticated, or PermissionDenied for who is no member of an organisation."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    if not can_publish(request.user, None):
        raise PermissionDenied
    return request.user


class ByKey(CursorPagination):
    """In the order of keys."""

    ordering = ("key",)


class ByAdding(CursorPagination):
    """The picture added last first."""

    ordering = ("-added_at", "-pk")


class ByOpening(CursorPagination):
    """The thread with the latest remark first."""

    ordering = ("-last_at", "-pk")


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A work that pages cite."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Source
        fields = [
            *("key", "title", "author", "publisher", "date", "address", "url"),
            *("archived_at", "archived_sha256", "checked_at", "problem"),
        ]
        read_only_fields = ["archived_at", "archived_sha256", "checked_at", "problem"]

    def validate_date(self, value: str) -> str:
        """Only what a calendar has."""
        if value and not is_date(value):
            raise serializers.ValidationError(gettext("A day, a month or a year, please."))
        return value


class SourcesView(ApiView, generics.ListAPIView[Source]):
    """Sources: all, or those with some words."""

    scope = SCOPE
    serializer_class = SourceSerializer
    pagination_class = ByKey
    queryset = Source.objects.none()

    def get_queryset(self) -> QuerySet[Source]:
        """Those with the words of ?q=."""
        return Source.objects.with_words(self.request.GET.get("q", "").replace("\x00", "")[:200])

    @extend_schema(request=SourceSerializer, responses={201: SourceSerializer})
    def post(self, request: Request) -> Response:
        """Record a source; what is at its address is tried and copied."""
        editor = _member(request)
        asked = SourceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            made = sources.record(source=Source(**asked.validated_data), editor=editor)
        except sources.KeyTakenError as error:
            raise ValidationError({"key": ["There is a source with this key."]}) from error
        return Response(SourceSerializer(made).data, status=status.HTTP_201_CREATED)


class SourceView(ApiView):
    """One source."""

    scope = SCOPE

    @extend_schema(responses=SourceSerializer)
    def get(self, request: Request, key: str) -> Response:  # noqa: ARG002 (open to all)
        """A source."""
        return Response(SourceSerializer(get_object_or_404(Source, key=key)).data)

    @extend_schema(request=SourceSerializer, responses=SourceSerializer)
    def patch(self, request: Request, key: str) -> Response:
        """Correct a source; its key stays, for pages cite it by that."""
        editor = _member(request)
        found = get_object_or_404(Source, key=key)
        asked = SourceSerializer(found, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        for name, value in asked.validated_data.items():
            if name != "key":
                setattr(found, name, value)
        return Response(SourceSerializer(sources.record(source=found, editor=editor)).data)


class PictureSerializer(serializers.ModelSerializer[Picture]):
    """A picture, and the line of Markdown that shows it."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    address = serializers.CharField(read_only=True)
    markdown = serializers.CharField(read_only=True)

    class Meta:
        model = Picture
        fields = ["sha256", "width", "height", "alt", "licence", "added_at", "url", "address", "markdown"]


class NewPictureSerializer(serializers.Serializer[Any]):
    """A picture to be added."""

    file = serializers.FileField()
    alt = serializers.CharField(max_length=300)
    licence = serializers.CharField(max_length=200)


class PicturesView(ApiView, generics.ListAPIView[Picture]):
    """Pictures, the one added last first."""

    scope = SCOPE
    serializer_class = PictureSerializer
    pagination_class = ByAdding
    parser_classes = (MultiPartParser,)
    queryset = Picture.objects.all()

    @extend_schema(request=NewPictureSerializer, responses={201: PictureSerializer})
    def post(self, request: Request) -> Response:
        """Add a picture: it is drawn anew, without what its file tells of its maker."""
        adder = _member(request)
        asked = NewPictureSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = cast("dict[str, Any]", asked.validated_data)
        file: UploadedFile[bytes] = values["file"]
        try:
            made = pictures.add(
                content=file.read(MOST_BYTES + 1), alt=values["alt"], licence=values["licence"], adder=adder
            )
        except PictureError as error:
            raise ValidationError({"file": [str(error)]}) from error
        return Response(PictureSerializer(made).data, status=status.HTTP_201_CREATED)


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    """What somebody said; without its text when a moderator hid it."""

    writer = serializers.CharField(read_only=True)
    text = serializers.SerializerMethodField()

    class Meta:
        model = Remark
        fields = ["id", "writer", "said_at", "text", "status", "hidden_reason"]

    def get_text(self, remark: Remark) -> str:
        """Its words; nothing of what is hidden."""
        return "" if remark.status == Remark.Status.HIDDEN else remark.text


class ThreadSerializer(serializers.ModelSerializer[Thread]):
    """A thread with its remarks."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    remarks = RemarkSerializer(source="shown", many=True, read_only=True)

    class Meta:
        model = Thread
        fields = ["id", "title", "is_resolved", "last_at", "url", "remarks"]


class NewThreadSerializer(serializers.Serializer[Any]):
    """A thread to be opened."""

    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=10_000)


class NewRemarkSerializer(serializers.Serializer[Any]):
    """An answer."""

    text = serializers.CharField(max_length=10_000)


class DiscussionView(ApiView, generics.ListAPIView[Thread]):
    """The threads about a page."""

    scope = SCOPE
    serializer_class = ThreadSerializer
    pagination_class = ByOpening
    queryset = Thread.objects.none()

    def get_queryset(self) -> QuerySet[Thread]:
        """Of this page, with the remarks that the caller may see."""
        page = get_object_or_404(Page.objects.live().at(self.kwargs["language"], self.kwargs["slug"]))
        seen = page.threads.seen_by(is_moderator=can_moderate(self.request.user))
        return cast("QuerySet[Thread]", seen.select_related("page"))

    @extend_schema(
        request=NewThreadSerializer,
        responses={201: RemarkSerializer},
        parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, exclude=True)],
    )
    def post(self, request: Request, language: str, slug: str) -> Response:
        """Open a thread."""
        page = get_object_or_404(Page.objects.live().at(language, slug))
        author = _member(request)
        asked = NewThreadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = discussing.begin(page=page, **asked.validated_data, author=author, is_shown=True)
        return Response(RemarkSerializer(said).data, status=status.HTTP_201_CREATED)


class ThreadView(ApiView):
    """One thread."""

    scope = SCOPE

    @extend_schema(request=NewRemarkSerializer, responses={201: RemarkSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Answer in a thread."""
        rows = Thread.objects.filter(page__is_deleted=False, page__current__isnull=False)
        thread = get_object_or_404(rows.seen_by(is_moderator=can_moderate(request.user)), pk=pk)
        author = _member(request)
        asked = NewRemarkSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = discussing.reply(thread=thread, **asked.validated_data, author=author, is_shown=True)
        return Response(RemarkSerializer(said).data, status=status.HTTP_201_CREATED)
