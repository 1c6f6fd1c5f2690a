"""What the collaboration tool gives the portal."""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaborate.finding import Wanted, find
from collaborate.models import CriterionVote, Incident, Message, Room, Technique
from collaborate.permissions import can_manage
from disinfo.accounts.models import User
from disinfo.portal.tools import AsgiApplication, Caller, Card, Command, DemoWorld, Figure, Tool

_ROOM = re.compile(r"^/collaborate/rooms/(?P<slug>[\w-]+)/(?:(?P<number>\d{1,12})/)?$")
_INCIDENT = re.compile(r"^/collaborate/incidents/(?P<pk>\d{1,12})/$")
_SUMMARY = 200
_MENTIONS = 10
_ROOMS = 200
# The criteria of the grid, by the codes that the portal knows them by.
_CRITERIA = {
    "massive": CriterionVote.Criterion.MASSIVE,
    "artificial": CriterionVote.Criterion.ARTIFICIAL,
    "false-or-misleading": CriterionVote.Criterion.FALSE,
    "harmful": CriterionVote.Criterion.HARM,
    "foreign": CriterionVote.Criterion.FOREIGN,
}


class Collaborate(Tool):
    """Vetted organisations detect, qualify and respond to an attack together."""

    slug = "collaborate"
    name = _("Collaboration")
    tagline = _("Vetted organisations detect, qualify and respond to an attack together.")
    audience = _("Vetted organisations")
    icon = "messages-square"
    criteria = tuple(_CRITERIA)

    def figures(self) -> Sequence[Figure]:
        """How much is going on, without saying where or what."""
        week = timezone.now() - timedelta(days=7)
        method = _(
            "Counted in all rooms of this portal but those of exercises; what is said in them is not public."
        )
        toys = Incident.objects.filter(is_exercise=True).values("room")
        rooms = Room.objects.exclude(kind=Room.Kind.DIRECT).exclude(pk__in=toys)
        said = Message.objects.filter(said_at__gt=week).exclude(room__in=toys)
        return (
            Figure("rooms", rooms.count(), _("rooms"), method),
            Figure("messages_week", said.count(), _("messages in seven days"), method),
        )

    def search(self, query: str, caller: Caller, limit: int) -> Sequence[Card]:
        """Messages in the rooms the caller may enter."""
        rows = find(Wanted(words=query), caller).select_related("room", "author")[:limit]
        return [self._message_card(row) for row in rows] if query.strip() else ()

    def card(self, path: str, caller: Caller) -> Card | None:
        """The card of a room, of a message or of an incident."""
        if found := _INCIDENT.match(path):
            incident = (
                Incident.objects.visible_to(caller).filter(pk=found["pk"]).select_related("room").first()
            )
            return self._incident_card(incident) if incident else None
        match = _ROOM.match(path)
        room = Room.objects.visible_to(caller).filter(slug=match["slug"]).first() if match else None
        if room is None or match is None:
            return None
        if not match["number"]:
            return Card(path, room.name, _("Room"), room.last_at, room.topic, tool=self.slug)
        row = (
            room.messages.readable()
            .filter(number=int(match["number"]))
            .select_related("room", "author")
            .first()
        )
        return self._message_card(row) if row else None

    def _incident_card(self, incident: Incident) -> Card:
        kind = _("Exercise") if incident.is_exercise else _("Incident")
        summary = f"{incident.get_state_display()} · {incident.get_severity_display()}"
        path = incident.get_absolute_url()
        return Card(path, incident.room.name, kind, incident.detected_at, summary, tool=self.slug)

    def rooms(self, caller: Caller) -> Sequence[Card]:
        """Those the caller manages, as for watches."""
        if not isinstance(caller, User):
            return ()
        rows = Room.objects.joined_by(caller).filter(is_archived=False)[:_ROOMS]
        return [
            Card(room.get_absolute_url(), room.name, _("Room"), room.last_at, tool=self.slug)
            for room in rows
            if can_manage(caller, room)
        ]

    def tell(self, room: str, news: Card, caller: Caller, nonce: str) -> bool:
        """In the portal's name, as a watch does."""
        from collaborate.services import watching  # it asks for the tools

        match = _ROOM.match(room)
        found = Room.objects.visible_to(caller).filter(slug=match["slug"]).first() if match else None
        if found is None or not isinstance(caller, User) or not can_manage(caller, found):
            return False
        return watching.tell_card(room=found, news=news, nonce=nonce)

    def commands(self) -> Sequence[Command]:
        """Incidents, addresses, reminders, polls."""
        from collaborate import incident_commands  # it imports the services, which ask for the tools

        return incident_commands.commands()

    def mentions(self, path: str, caller: Caller) -> Sequence[Card]:
        """The incidents in which this technique was accepted, for who may enter them."""
        rows = Incident.objects.visible_to(caller).real()
        seen = Technique.objects.accepted().filter(path=path).values("incident")
        return [self._incident_card(each) for each in rows.filter(pk__in=seen).on_board()[:_MENTIONS]]

    def meeting(self, criteria: Collection[str], caller: Caller, limit: int) -> Sequence[Card]:
        """The incidents in which an organisation answers yes to each of these, and none no, for who may enter them."""
        asked = [_CRITERIA[code] for code in criteria if code in _CRITERIA]
        if not asked:
            return ()
        rows = Incident.objects.visible_to(caller).real()
        for criterion in asked:
            votes = CriterionVote.objects.filter(criterion=criterion)
            said = votes.filter(answer=CriterionVote.Answer.YES).values("incident")
            denied = votes.filter(answer=CriterionVote.Answer.NO).values("incident")
            rows = rows.filter(pk__in=said).exclude(pk__in=denied)
        return [self._incident_card(each) for each in rows.on_board()[:limit]]

    def _message_card(self, row: Message) -> Card:
        # What bears a strict mark is read in its room, where its readers are written down.
        summary = "" if row.is_watched_in(row.room) else row.plain[:_SUMMARY]
        title = f"{row.author or ''} · {row.room}"
        return Card(row.get_absolute_url(), title, _("Message"), row.said_at, summary, tool=self.slug)

    def live(self, path: str) -> AsgiApplication | None:
        """The stream of a room."""
        if not path.endswith("/events/"):
            return None
        from collaborate.live import stream  # only a web server has a hub

        return stream.application if stream.answers(path) else None

    def load_demo(self, world: DemoWorld) -> None:
        """Rooms with a conversation in each."""
        from collaborate.services import demo, demo_incident

        demo.load(people=world.people, say=world.say)
        demo_incident.load(people=world.people, say=world.say)


tool = Collaborate()
