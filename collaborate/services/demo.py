"""The demo: three rooms in which invented people work on an invented alarm, in French and in English."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from collaborate.models import Message, Participant, Room
from collaborate.services import posting, rooms
from collaborate.tlp import Tlp
from disinfo.accounts.models import Organisation, User


@dataclass(frozen=True)
class Line:
    """What somebody says, how many minutes after the beginning; a reply names the line it answers."""

    who: str
    minute: int
    text: str
    reply_to: int | None = None
    sign: tuple[str, str] | None = None
    mark: str = ""
    assignee: str = ""
    is_pinned: bool = False


@dataclass(frozen=True)
class Place:
    """A room of the demo, its language, and what is said in it."""

    slug: str
    name: str
    topic: str
    kind: Room.Kind
    tlp: str
    lines: tuple[Line, ...]
    language: str = "fr"


_DETECTION = Place(
    "detection",
    "Détection",
    "Alertes à trier : une adresse par message, puis un argument par réponse.",
    Room.Kind.PUBLIC,
    Tlp.GREEN,
    (
        Line(
            "editor",
            0,
            "Une vidéo d’un bureau de vote circule depuis ce matin : https://chirper.example/video/48151",
            is_pinned=True,
        ),
        Line(
            "editor",
            2,
            "**Massif ?** 5 600 partages en trois heures, presque tous depuis une quarantaine de comptes.",
            0,
            ("regulator", "👀"),
        ),
        Line(
            "regulator",
            6,
            "**Trompeur ?** L’affiche au mur date d’un scrutin de 2019 : l’image est plus ancienne qu’annoncé.",
            0,
            ("editor", "✅"),
        ),
        Line(
            "member",
            9,
            "Je retrouve la même vidéo, sans le texte, sur un site local de 2019. Je cherche la source d’origine.",
            0,
            None,
            Message.Mark.TASK,
            "member",
        ),
        Line(
            "regulator",
            14,
            "Qui peut regarder si ces comptes agissent ensemble ? Voir /encyclopedia/en/coordination-detection/",
            None,
            None,
            Message.Mark.QUESTION,
        ),
        Line("editor", 21, "/help", None),
        Line(
            "editor",
            26,
            "Décision : on qualifie, la vidéo passe dans la salle de qualification.",
            None,
            ("regulator", "👍"),
            Message.Mark.DECISION,
        ),
        Line("regulator", 31, "/encyclopedia/fr/takedown-request/", None),
    ),
)
_ENGLISH = Place(
    "partners",
    "Partners",
    "For partners abroad, in English.",
    Room.Kind.PUBLIC,
    "",
    (
        Line(
            "regulator",
            3,
            "Good morning. A clip of a polling station is spreading in French; has anybody seen it elsewhere?",
        ),
        Line(
            "editor",
            8,
            "Not in Germany so far. A Romanian channel posted the same frames last night.",
            0,
            ("regulator", "🙏"),
        ),
        Line(
            "member",
            12,
            "@rosa-regulator the channel is three weeks old and posts every four minutes, day and night.",
            0,
        ),
    ),
    language="en",
)
_NEWSROOM = Place(
    "newsroom-desk",
    "Newsroom desk",
    "For the Demo Newsroom alone.",
    Room.Kind.ORGANISATION,
    Tlp.AMBER,
    (
        Line("editor", 40, "La source nous autorise à citer la date de tournage, pas son nom."),
        Line("member", 44, "Compris. Je garde l’échange ici.", None, ("editor", "👍")),
    ),
)


def load(*, people: Mapping[str, User], say: Callable[[str], object]) -> None:
    """The rooms, unless they are there: what people wrote since is left alone."""
    newsroom = Organisation.objects.filter(slug="demo-newsroom").first()
    for place in (_DETECTION, _ENGLISH, _NEWSROOM):
        if Room.objects.filter(slug=place.slug).exists():
            continue
        organisation = newsroom if place.kind == Room.Kind.ORGANISATION else None
        say(f"room {place.name}")
        with transaction.atomic(), translation.override(place.language):
            _fill(place, organisation, people)


def _fill(place: Place, organisation: Organisation | None, people: Mapping[str, User]) -> None:
    room = rooms.create(
        creator=people["editor"],
        name=place.name,
        kind=place.kind,
        topic=place.topic,
        organisation=organisation,
        tlp=place.tlp,
    )
    Room.objects.filter(pk=room.pk).update(slug=place.slug)
    room.slug = place.slug
    start = timezone.now() - timedelta(hours=2)
    said: list[Message] = []
    for line in place.lines:
        root = said[line.reply_to] if line.reply_to is not None else None
        message = posting.post(room=room, author=people[line.who], text=line.text, root=root)
        Message.objects.filter(pk=message.pk).update(said_at=start + timedelta(minutes=line.minute))
        said.append(message)
        _adorn(message, line, people)
    for key in ("regulator", "member"):
        if organisation is None or people[key].memberships.filter(organisation=organisation).exists():
            Participant.objects.get_or_create(room=room, user=people[key])


def _adorn(message: Message, line: Line, people: Mapping[str, User]) -> None:
    if line.sign:
        posting.react(message=message, user=people[line.sign[0]], sign=line.sign[1], wanted=True)
    if line.mark:
        assignee = people[line.assignee] if line.assignee else None
        posting.mark(message=message, marker=people[line.who], what=line.mark, assignee=assignee)
    if line.is_pinned:
        posting.pin(message=message, pinner=people[line.who], wanted=True)
