"""Opening an incident and leading it: state, severity, who leads, what is to be done, what it rests on."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from collaborate import markup
from collaborate.models import (
    Attachment,
    Evidence,
    Incident,
    Link,
    LogEntry,
    Message,
    Participant,
    ResponseTarget,
    Room,
    Step,
)
from collaborate.services import addresses, logbook, posting, reading, rooms
from collaborate.services.refusals import RefusedError
from collaborate.speaking import pair
from disinfo.accounts import audit
from disinfo.accounts.models import Organisation, User
from disinfo.portal.tools import card_for, steps_of

_ORDER = list(Incident.State)
_REACHED = {
    Incident.State.QUALIFIED: "qualified_at",
    Incident.State.RESPONDING: "responding_at",
    Incident.State.CLOSED: "closed_at",
}
_MOST_STEPS = 40


@transaction.atomic
def open_new(
    *,
    opener: User,
    name: str,
    kind: Room.Kind = Room.Kind.PUBLIC,
    organisation: Organisation | None = None,
    tlp: str = "",
    is_exercise: bool = False,
    origin: Message | None = None,
) -> Incident:
    """An incident in a room of its own, led by who opens it.

    Raises:
        RefusedError: it has no name.
    """
    if not name.strip():
        raise RefusedError(_("Give the incident a name: a few words that say what is spreading."))
    room = rooms.create(creator=opener, name=name, kind=kind, organisation=organisation, tlp=tlp)
    target = ResponseTarget.objects.filter(organisation=posting.voice_of(opener, room)).first()
    incident = Incident.objects.create(
        room=room,
        owner=opener,
        is_exercise=is_exercise,
        origin=origin,
        target_minutes=target.minutes if target else Incident.TARGET_MINUTES,
    )
    audit.record("collaborate.open_incident", actor=opener, on=incident, organisation=organisation)
    logbook.write(
        incident, LogEntry.Kind.STATE, _("Incident opened."), actor=opener, state=str(incident.state)
    )
    return incident


@transaction.atomic
def open_from(*, message: Message, opener: User, name: str = "") -> Incident:
    """Turn a thread into an incident: a room as closed as the one it comes from, that begins with what was said.

    Asked for again, it is the incident that is there.
    """
    root = message.root or message
    # Two who press at once: the second waits here, and finds the incident of the first.
    Message.objects.select_for_update().get(pk=root.pk)
    if found := Incident.objects.filter(origin=root).select_related("room").first():
        return found
    source = root.room
    incident = open_new(
        opener=opener,
        name=name or _name_of(root),
        kind=Room.Kind.PRIVATE if source.kind == Room.Kind.DIRECT else Room.Kind(source.kind),
        organisation=source.organisation,
        tlp=root.tlp_in(source),
        is_exercise=Incident.objects.filter(room=source, is_exercise=True).exists(),
        origin=root,
    )
    if source.kind in Room.BY_SEAT:
        banned = source.bans.in_force().values("user")
        for seat in source.participants.exclude(user=opener).exclude(user__in=banned).order_by("pk"):
            Participant.objects.get_or_create(
                room=incident.room, user=seat.user, defaults={"role": seat.role}
            )
    _take_over(incident, root, opener)
    return incident


def _name_of(root: Message) -> str:
    first = next(iter(root.plain.splitlines()), "")
    words = " ".join(word for word in first.split() if not word.startswith(("http://", "https://")))
    return Truncator(words.lstrip("/")).chars(80) or _("Alarm of %(room)s") % {"room": root.room}


def _take_over(incident: Incident, root: Message, opener: User) -> None:
    rows = [root, *root.replies.readable().select_related("author").order_by("number")[:50]]
    said = [f"**{row.author or _('closed account')}**\n{row.text}" for row in rows if _is_told(row)]
    quoted = "\n\n".join("\n".join(f"> {line}" for line in text.splitlines()) for text in said)
    text = f"[{_('Opened from this thread')}]({root.get_absolute_url()})\n\n{quoted}"
    posting.post(room=incident.room, author=opener, text=text[: Message.LONGEST], nonce=f"origin:{root.pk}")
    reading.mark_read(user=opener, room=incident.room, number=incident.room.last_number)


def _is_told(row: Message) -> bool:
    """Whether a message says something of the matter: neither an answer of a program nor a command."""
    return bool(row.text) and (row.is_news or not row.by_bot) and not row.text.startswith("/")


@transaction.atomic
def change_state(*, incident: Incident, state: str, actor: User) -> None:
    """Move an incident on, or back; each clock stops when its state is first reached, and runs again when it is left.

    Raises:
        RefusedError: there is no such state.
    """
    if state not in Incident.State.values:
        raise RefusedError(_("There is no such state."))
    row = _locked(incident)
    if row.state == state:
        return
    before, row.state = row.get_state_display(), state
    reached, now = _ORDER.index(Incident.State(state)), timezone.now()
    for each, column in _REACHED.items():
        setattr(row, column, _clock(getattr(row, column), now, is_reached=_ORDER.index(each) <= reached))
    row.save()
    _changed(incident, row)
    text = _("%(before)s → %(after)s") % {"before": before, "after": row.get_state_display()}
    _tell(incident, LogEntry.Kind.STATE, text, actor, state=state)
    if row.state == Incident.State.CLOSED:
        _say_head(incident)
    audit.record("collaborate.incident_state", actor=actor, on=row, state=state)


def _say_head(incident: Incident) -> None:
    """Say the last hash in the room: who read it there knows when what stands before was written anew."""
    text = _("The log has %(number)d entries; the hash of the last one is `%(hash)s`.")
    said = text % {"number": incident.log_count, "hash": incident.log_head}
    logbook.say(incident, said, nonce=f"head:{incident.pk}:{incident.log_count}")


def _clock(stopped_at: datetime | None, now: datetime, *, is_reached: bool) -> datetime | None:
    return (stopped_at or now) if is_reached else None


@transaction.atomic
def change(
    *, incident: Incident, actor: User, severity: int, owner: User | None, target_minutes: int
) -> None:
    """Set how grave it is, who leads, and how long a platform has; what stays the same is not logged."""
    row = _locked(incident)
    told = []
    if row.severity != severity:
        row.severity = severity
        told.append((LogEntry.Kind.STATE, _("Severity: %(what)s") % {"what": row.get_severity_display()}))
    if row.owner_id != (owner.pk if owner else None):
        row.owner = owner
        told.append((LogEntry.Kind.PEOPLE, _("Led by %(who)s") % {"who": owner or _("nobody")}))
    if row.target_minutes != target_minutes:
        row.target_minutes = target_minutes
        told.append(
            (LogEntry.Kind.STATE, _("A platform has %(number)d minutes.") % {"number": target_minutes})
        )
    row.save()
    _changed(incident, row)
    for kind, text in told:
        _tell(incident, kind, text, actor)
    audit.record(
        "collaborate.incident_change", actor=actor, on=row, severity=severity, minutes=target_minutes
    )


@transaction.atomic
def note(*, incident: Incident, text: str, actor: User, is_decision: bool = False) -> None:
    """Write into the log what happened outside the portal, or what was decided.

    Raises:
        RefusedError: nothing in it.
    """
    text = text.strip()[:2_000]
    if not text:
        raise RefusedError(_("Write what happened."))
    kind = LogEntry.Kind.DECISION if is_decision else LogEntry.Kind.NOTE
    logbook.write(incident, kind, text, actor=actor)
    if is_decision:
        message = posting.post(room=incident.room, author=actor, text=text)
        posting.mark(message=message, marker=actor, what=Message.Mark.DECISION)


@transaction.atomic
def follow(*, incident: Incident, path: str, actor: User) -> int:
    """Take the steps of a page of the encyclopedia into the checklist; gives how many are new.

    Raises:
        RefusedError: no such page, or nothing in it that reads as a step.
    """
    steps = [step[:300] for step in steps_of(path, actor)][:_MOST_STEPS]
    card = card_for(path, actor)
    if card is None or not steps:
        raise RefusedError(_("This page says nothing to do: choose a page with a list of steps."))
    before = incident.steps.count()
    Step.objects.bulk_create([Step(incident=incident, text=text) for text in steps], ignore_conflicts=True)
    Incident.objects.filter(pk=incident.pk).update(practice=path)
    incident.practice = path
    text = _("Checklist taken from “%(page)s”") % {"page": card.title}
    logbook.write(incident, LogEntry.Kind.CHECKLIST, text, actor=actor, page=path, steps=steps)
    return incident.steps.count() - before


@transaction.atomic
def add_step(*, incident: Incident, text: str, actor: User) -> None:
    """Add something to do.

    Raises:
        RefusedError: nothing in it.
    """
    text = " ".join(text.split())[:300]
    if not text:
        raise RefusedError(_("Write what is to be done."))
    _step, is_new = Step.objects.get_or_create(incident=incident, text=text)
    if is_new:
        logbook.write(incident, LogEntry.Kind.CHECKLIST, _("To do: %(what)s") % {"what": text}, actor=actor)


@transaction.atomic
def tick(*, step: Step, actor: User, is_done: bool) -> None:
    """Say that a step is done, or that it is not."""
    row = Step.objects.select_for_update().get(pk=step.pk)
    if (row.done_at is not None) == is_done:
        return
    row.done_at, row.done_by = (timezone.now(), actor) if is_done else (None, None)
    row.save()
    text = (_("Done: %(what)s") if is_done else _("Open again: %(what)s")) % {"what": row.text}
    logbook.write(step.incident, LogEntry.Kind.CHECKLIST, text, actor=actor)


def add_evidence(*, incident: Incident, what: str, note: str, actor: User) -> Evidence:
    """Add a permalink of this portal that the actor may read, or an address, which is copied.

    Raises:
        RefusedError: neither of both.
    """
    path = markup.render(what.strip(), names={}, home=settings.SITE_URL)
    if path.cards:
        return _add_card(incident, path.cards[0], note, actor)
    if not path.links:
        raise RefusedError(_("Give the address of a page of this portal, or of a page elsewhere."))
    return _add_link(incident, addresses.links_of(path.links[:1])[0], note, actor)


@transaction.atomic
def _add_link(incident: Incident, link: Link, note: str, actor: User) -> Evidence:
    addresses.keep(incident=incident, links=[link])
    found, is_new = Evidence.objects.get_or_create(
        incident=incident, link=link, defaults={"note": note[:300], "added_by": actor}
    )
    if is_new:
        logbook.write(incident, LogEntry.Kind.EVIDENCE, _said(note, link.url), actor=actor, url=link.url)
    return found


@transaction.atomic
def _add_card(incident: Incident, path: str, note: str, actor: User) -> Evidence:
    card = card_for(path, actor)
    if card is None:
        raise RefusedError(_("There is nothing at this address of the portal that you may read."))
    found, is_new = Evidence.objects.get_or_create(
        incident=incident, path=path, defaults={"note": note[:300], "added_by": actor}
    )
    if is_new:
        text = _said(note, pair(card.kind, card.title))
        logbook.write(incident, LogEntry.Kind.EVIDENCE, text, actor=actor, path=path, tool=card.tool)
    return found


@transaction.atomic
def add_picture(*, incident: Incident, picture: Attachment, note: str, actor: User) -> Evidence:
    """Make a picture of the room evidence, with the hash of its bytes and of its look."""
    found, is_new = Evidence.objects.get_or_create(
        incident=incident, picture=picture, defaults={"note": note[:300], "added_by": actor}
    )
    if is_new:
        logbook.write(
            incident,
            LogEntry.Kind.EVIDENCE,
            _said(note, picture.name),
            actor=actor,
            sha256=picture.sha256,
            perceptual_hash=picture.perceptual_hash,
        )
    return found


def _said(note: str, what: str) -> str:
    return f"{what} — {note[:300]}" if note else what


def _locked(incident: Incident) -> Incident:
    return Incident.objects.select_for_update(of=("self",)).select_related("room").get(pk=incident.pk)


def _changed(incident: Incident, row: Incident) -> None:
    """Bring what the caller holds up to what was just saved."""
    for field in row._meta.concrete_fields:
        setattr(incident, field.attname, getattr(row, field.attname))


def _tell(incident: Incident, kind: LogEntry.Kind, text: str, actor: User, **data: object) -> None:
    entry = logbook.write(incident, kind, text, actor=actor, **data)
    logbook.say(incident, f"{text} · {actor}", nonce=f"log:{incident.pk}:{entry.number}")
