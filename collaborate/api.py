"""Rooms and messages for programs; the live stream of a room is in live/stream.py."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from collaborate import commands, wire
from collaborate.apps import SCOPE
from collaborate.models import Message, Room
from collaborate.permissions import can_change, can_create, can_delete
from collaborate.services import files, posting, reading, rooms
from collaborate.services.refusals import RefusedError
from collaborate.signs import SIGNS
from collaborate.tlp import Tlp
from disinfo.accounts.models import Organisation, User
from disinfo.api.views import ApiView

_PER_PAGE = 50
_MOST = 200


class RoomSerializer(serializers.ModelSerializer[Room]):
    """A room; `clock` moves on with whatever happens in it, `last_number` with each message."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    organisation = serializers.SlugRelatedField(
        slug_field="slug", queryset=Organisation.objects.vetted(), required=False, allow_null=True
    )

    class Meta:
        model = Room
        fields = [
            "id",
            "slug",
            "name",
            "topic",
            "kind",
            "organisation",
            "tlp",
            "is_archived",
            "last_number",
            "clock",
            "last_at",
            "url",
        ]
        read_only_fields = ["slug", "is_archived", "last_number", "clock", "last_at"]


class AuthorSerializer(serializers.Serializer[Any]):
    """Who said it, for which organisation."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    organisation = serializers.CharField()
    is_bot = serializers.BooleanField()


class MessageSerializer(serializers.Serializer[Any]):
    """A message as wire.py writes it; a deleted or hidden one has no more than its place."""

    id = serializers.IntegerField()
    room = serializers.IntegerField()
    number = serializers.IntegerField()
    clock = serializers.IntegerField(help_text="The room's clock when it was last changed.")
    url = serializers.CharField()
    author = AuthorSerializer()
    said_at = serializers.DateTimeField()
    root = serializers.IntegerField(  # type: ignore[assignment]  # the name is the field's, whatever Field keeps under it
        allow_null=True, help_text="The number of the message it replies to."
    )
    state = serializers.ChoiceField(choices=["shown", "hidden", "deleted"])
    text = serializers.CharField(required=False, help_text="Markdown.")
    html = serializers.CharField(required=False)
    tlp = serializers.CharField(required=False)
    mark = serializers.CharField(required=False)
    assignee = serializers.CharField(required=False)
    is_settled = serializers.BooleanField(required=False)
    is_pinned = serializers.BooleanField(required=False)
    is_edited = serializers.BooleanField(required=False)
    replies = serializers.IntegerField(required=False)
    mentions = serializers.ListField(child=serializers.IntegerField(), required=False)
    cards = serializers.ListField(child=serializers.CharField(), required=False)
    links = serializers.ListField(child=serializers.DictField(), required=False)
    files = serializers.ListField(child=serializers.DictField(), required=False)
    reactions = serializers.DictField(required=False, help_text="For each sign, the ids of who gave it.")


class MessagesSerializer(serializers.Serializer[Any]):
    """Some messages in the order of their numbers (with `since`: of their changes), and the room's clock now."""

    clock = serializers.IntegerField()
    messages = MessageSerializer(many=True)


class NewMessageSerializer(serializers.Serializer[Any]):
    """What is to be said."""

    text = serializers.CharField(
        allow_blank=True,
        trim_whitespace=False,
        # Without a longest length here: the service refuses what is too long in its own words.
        help_text=f"Markdown, {Message.LONGEST} characters at most.",
    )
    root = serializers.IntegerField(  # type: ignore[assignment]  # the same
        required=False, allow_null=True, help_text="The number of the message it replies to."
    )
    tlp = serializers.ChoiceField(choices=Tlp.choices, required=False, allow_blank=True)
    nonce = serializers.CharField(
        max_length=64,
        required=False,
        allow_blank=True,
        help_text="Sent again with the same one, it is one message.",
    )
    draft = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=10**15,
        help_text="The thread (0: none) whose kept draft this was; it is forgotten.",
    )
    files = serializers.ListField(
        child=serializers.FileField(max_length=200), required=False, max_length=files.MOST_FILES
    )


class EditSerializer(serializers.Serializer[Any]):
    """A message said anew."""

    text = serializers.CharField(
        trim_whitespace=False, help_text=f"Markdown, {Message.LONGEST} characters at most."
    )


class ReactionSerializer(serializers.Serializer[Any]):
    """A sign, put or taken away."""

    sign = serializers.ChoiceField(choices=list(SIGNS))
    wanted = serializers.BooleanField(default=True)


class CommandSerializer(serializers.Serializer[Any]):
    """A command."""

    word = serializers.CharField()
    usage = serializers.CharField()
    help = serializers.CharField()


def _person(request: Request) -> User:
    return cast("User", request.user)


def _room(request: Request, slug: str) -> Room:
    return get_object_or_404(Room.objects.visible_to(request.user).select_related("organisation"), slug=slug)


def _message(request: Request, slug: str, number: int) -> Message:
    room = _room(request, slug)
    found = get_object_or_404(room.messages.for_showing(), number=number)
    found.room = room
    return found


class RoomsView(ApiView, generics.ListCreateAPIView[Room]):
    """The rooms one may enter; open another."""

    scope = SCOPE
    login_required = True
    serializer_class = RoomSerializer

    def get_queryset(self) -> QuerySet[Room]:
        """Those open to the caller."""
        return Room.objects.visible_to(self.request.user).select_related("organisation")

    def perform_create(self, serializer: Any) -> None:
        """By the service, for whom may."""
        values = serializer.validated_data
        kind = Room.Kind(values.pop("kind", Room.Kind.PUBLIC))
        if kind == Room.Kind.DIRECT or not can_create(
            _person(self.request), kind, values.get("organisation")
        ):
            raise PermissionDenied
        serializer.instance = rooms.create(creator=_person(self.request), kind=kind, **values)


class RoomView(ApiView, generics.RetrieveAPIView[Room]):
    """One room."""

    login_required = True
    serializer_class = RoomSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Room]:
        """Those open to the caller."""
        return Room.objects.visible_to(self.request.user).select_related("organisation")


class MessagesView(ApiView):
    """What was said in a room; say something."""

    scope = SCOPE
    login_required = True
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="collaborate_rooms_messages_list",
        responses=MessagesSerializer,
        parameters=[
            OpenApiParameter(
                "before", OpenApiTypes.INT, description="Numbers below this one, the last of them."
            ),
            OpenApiParameter(
                "after", OpenApiTypes.INT, description="Numbers above this one, the first of them."
            ),
            OpenApiParameter(
                "since", OpenApiTypes.INT, description="New or changed since the room's clock was this."
            ),
            OpenApiParameter("limit", OpenApiTypes.INT, description="At most 200."),
        ],
    )
    def get(self, request: Request, slug: str) -> Response:
        """The last messages, or those asked for."""
        room = _room(request, slug)
        rows = self._rows(request, room)
        watched = [row.pk for row in rows if row.is_watched_in(room) and not row.is_gone]
        reading.write_sightings(messages=watched, users=[_person(request).pk])
        return Response({"clock": room.clock, "messages": [wire.message(row, room) for row in rows]})

    def _rows(self, request: Request, room: Room) -> list[Message]:
        limit = min(self._whole(request, "limit") or _PER_PAGE, _MOST)
        since, after = self._whole(request, "since"), self._whole(request, "after")
        if since is not None:
            return room.messages.changed_since(since, limit)
        if after is not None:
            return room.messages.oldest(limit, after=after)
        return room.messages.newest(limit, before=self._whole(request, "before"))

    @staticmethod
    def _whole(request: Request, name: str) -> int | None:
        value = request.query_params.get(name)
        if value is None:
            return None
        if not value.isdecimal() or len(value) > 18:
            raise ValidationError({name: ["A whole number, please."]})
        return int(value)

    @extend_schema(request=NewMessageSerializer, responses={201: MessageSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Say something; 201 with the message."""
        room = _room(request, slug)
        asked = NewMessageSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        root = get_object_or_404(room.messages, number=values["root"]) if values.get("root") else None
        rooms.join(room=room, user=_person(request))
        try:
            said = posting.post(
                room=room,
                author=_person(request),
                text=values["text"],
                nonce=values.get("nonce", ""),
                root=root,
                tlp=values.get("tlp", ""),
                uploads=[files.Upload(each.name, each.read()) for each in values.get("files", ())],
            )
        except RefusedError as error:
            raise ValidationError({"text": [str(error)]}) from error
        if (place := values.get("draft")) is not None:
            reading.forget_draft(user=_person(request), room=room, thread=place)
        return Response(wire.message(said, room), status=status.HTTP_201_CREATED)


class MessageView(ApiView):
    """One message."""

    scope = SCOPE
    login_required = True

    @extend_schema(responses=MessageSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """As it stands."""
        found = _message(request, slug, number)
        if found.is_watched_in(found.room) and not found.is_gone:
            reading.write_sightings(messages=[found.pk], users=[_person(request).pk])
        return Response(wire.message(found, found.room))

    @extend_schema(request=EditSerializer, responses=MessageSerializer)
    def patch(self, request: Request, slug: str, number: int) -> Response:
        """Say it anew; only who said it."""
        found = _message(request, slug, number)
        if not can_change(_person(request), found):
            raise PermissionDenied
        asked = EditSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            row = posting.edit(message=found, text=asked.validated_data["text"], editor=_person(request))
        except RefusedError as error:
            raise ValidationError({"text": [str(error)]}) from error
        return Response(wire.message(row, found.room))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        """Take it back."""
        found = _message(request, slug, number)
        if not can_delete(_person(request), found, found.room):
            raise PermissionDenied
        posting.delete(message=found, deleter=_person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReactionsView(ApiView):
    """Signs under a message."""

    scope = SCOPE
    login_required = True

    @extend_schema(request=ReactionSerializer, responses={204: None})
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Put a sign, or with `wanted: false` take it away."""
        found = _message(request, slug, number)
        asked = ReactionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            posting.react(message=found, user=_person(request), **asked.validated_data)
        except RefusedError as error:
            raise ValidationError({"sign": [str(error)]}) from error
        return Response(status=status.HTTP_204_NO_CONTENT)


class CommandsView(ApiView):
    """What can be asked for in a room with a word after a slash."""

    @extend_schema(responses=CommandSerializer(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002 (the same for everybody)
        """All of it, by word."""
        known = commands.known().values()
        return Response(
            [{"word": each.word, "usage": str(each.usage), "help": str(each.help)} for each in known]
        )
