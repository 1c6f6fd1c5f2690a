"""Rooms, and who is in them."""

from typing import Self, TypedDict, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import WithAnnotations

from collaborate.tlp import Tlp
from disinfo.accounts.models import User
from disinfo.accounts.permissions import roles_of

Caller = User | AnonymousUser


class Reading(TypedDict):
    """How somebody with a seat stands to a room."""

    unread: int
    is_muted: bool


class RoomQuerySet(models.QuerySet["Room"]):
    """Reads of rooms."""

    def visible_to(self, caller: Caller) -> Self:
        """Those the caller may enter now; every other one does not exist for them."""
        if not isinstance(caller, User) or not caller.is_active:
            return self.none()
        own = list(roles_of(caller))
        seats = Participant.objects.filter(user=caller)
        allowed = Q(pk__in=seats.filter(role=Participant.Role.GUEST).values("room"))
        if own:
            allowed |= Q(kind=Room.Kind.PUBLIC) | Q(kind=Room.Kind.ORGANISATION, organisation__in=own)
            allowed |= Q(kind__in=Room.BY_SEAT, pk__in=seats.values("room"))
        elif caller.is_superuser:
            allowed |= Q(kind=Room.Kind.PUBLIC)
        is_banned = Exists(caller.room_bans.in_force().filter(room=OuterRef("pk")))
        return self.filter(allowed).exclude(is_banned)

    def joined_by(self, user: User) -> "models.QuerySet[WithAnnotations[Room, Reading]]":
        """Those of them the user has a seat in, the latest talk first, each with `unread` and `is_muted`."""
        seat = Participant.objects.filter(user=user, room=OuterRef("pk"))
        rows = self.visible_to(user).filter(Exists(seat))
        joined = rows.annotate(
            unread=F("last_number") - models.Subquery(seat.values("last_read")[:1]),
            is_muted=models.Subquery(seat.values("is_muted")[:1]),
        ).order_by("is_archived", "-last_at", "pk")
        return cast("models.QuerySet[WithAnnotations[Room, Reading]]", joined)

    def not_joined_by(self, user: User) -> Self:
        """Those the user could join."""
        seat = Participant.objects.filter(user=user, room=OuterRef("pk"))
        rows = self.visible_to(user).filter(~Exists(seat), is_archived=False)
        return rows.order_by("name", "pk")

    def clocks(self, keys: list[int]) -> dict[int, int]:
        """The clock of each of these rooms."""
        return dict(self.filter(pk__in=keys).order_by("pk").values_list("pk", "clock"))


class Room(models.Model):
    """Where people talk. Whatever happens in it moves its clock on by one; a new message also takes the next number."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("open to every organisation")
        ORGANISATION = "organisation", _("for one organisation")
        PRIVATE = "private", _("private, by invitation")
        DIRECT = "direct", _("direct")

    BY_SEAT = (Kind.PRIVATE, Kind.DIRECT)
    """Kinds that only those who have a seat may enter, or know of."""

    kind = models.CharField(_("who may enter"), max_length=12, choices=Kind, default=Kind.PUBLIC)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    topic = models.CharField(_("what it is for"), max_length=300, blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, verbose_name=_("organisation")
    )
    language = models.CharField(
        _("language of the portal’s bot here"), max_length=8, blank=True, choices=settings.LANGUAGES
    )
    tlp = models.CharField(_("mark of what is said here"), max_length=12, choices=Tlp, blank=True)
    slow_seconds = models.PositiveIntegerField(
        _("slow mode: seconds between two messages of a person"), default=0
    )
    retention_days = models.PositiveIntegerField(
        _("days after which messages are deleted"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_archived = models.BooleanField(_("closed for writing"), default=False)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_at = models.DateTimeField(_("last message"), default=timezone.now)
    last_number = models.PositiveBigIntegerField(default=0, editable=False)
    clock = models.PositiveBigIntegerField(default=0, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.CheckConstraint(
                name="room_of_an_organisation_names_it",
                condition=~Q(kind="organisation") | Q(organisation__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("collaborate:room", args=[self.slug])

    def tick(self, *, numbers: int = 0) -> None:
        """Lock the room until the transaction ends, and move its clock on by one; take `numbers` (0 or 1) numbers.

        One statement locks, counts and reads: readers who ask for "what is newer than the clock I know" miss nothing,
        because whoever counts next waits for this transaction.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE collaborate_room SET clock = clock + 1, last_number = last_number + %s, "
                "last_at = CASE WHEN %s = 1 THEN %s ELSE last_at END WHERE id = %s RETURNING clock, last_number",
                [numbers, numbers, timezone.now(), self.pk],
            )
            self.clock, self.last_number = cursor.fetchone()


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Reads of seats."""

    def by_name(self) -> Self:
        """With the people, in the order of their names."""
        return self.select_related("user").order_by("user__name", "user__email", "pk")


class Participant(models.Model):
    """A person's seat in a room: what they may do there, and how far they have read."""

    class Role(models.TextChoices):
        GUEST = "guest", _("guest")
        MEMBER = "member", _("member")
        MODERATOR = "moderator", _("moderator")
        OWNER = "owner", _("owner")

    room = models.ForeignKey(Room, models.CASCADE, related_name="participants")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="room_seats")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    last_read = models.PositiveBigIntegerField(_("read up to"), default=0)
    is_muted = models.BooleanField(_("muted"), default=False)
    joined_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["room", "pk"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_seat_each")]

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def unanswered(self) -> Self:
        """Not accepted, out of date or not."""
        return self.filter(accepted_at=None)

    def open(self) -> Self:
        """Neither accepted nor out of date."""
        return self.unanswered().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A way for one guest into one room; only a digest of its secret is kept."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.email} · {self.room}"

    @property
    def is_out_of_date(self) -> bool:
        """Whether it opens nothing any more."""
        return self.expires_at <= timezone.now()
