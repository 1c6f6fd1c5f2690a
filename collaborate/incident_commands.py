"""What can be asked for in rooms about incidents, addresses and the portal as a whole."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaborate.models import Incident, Message
from collaborate.permissions import can_respond
from collaborate.services import (
    archiving,
    domains,
    incidents,
    looking,
    posting,
    qualifying,
    reminding,
    scaling,
    takedowns,
    translating,
)
from collaborate.services.refusals import RefusedError
from collaborate.speaking import pair
from disinfo.accounts.models import User
from disinfo.portal.tools import Answer, Ask, Command

_MESSAGE = re.compile(r"^/collaborate/rooms/(?P<slug>[\w-]+)/(?P<number>\d{1,12})/$")
_QUOTED = re.compile(r"[\"“«]\s*(.+?)\s*[\"”»]|(\S+)")
_REGION, _NUMBER = re.compile(r"[A-Za-z]{2}"), re.compile(r"[\d\s.,’'\u00a0\u202f]+")
_MOST_OPTIONS = 8


def message_of(ask: Ask) -> Message:
    """The message that asks.

    Raises:
        RefusedError: asked from outside a room.
    """
    match = _MESSAGE.match(ask.url)
    rows = Message.objects.filter(room__slug=match["slug"], number=int(match["number"])) if match else None
    found = rows.select_related("room__organisation", "root__room", "author").first() if rows else None
    if found is None or not isinstance(ask.caller, User):
        raise RefusedError(_("This can be asked for in a room only."))
    return found


def incident_of(ask: Ask) -> Incident:
    """The incident of the room that asks, for who may act in it.

    Raises:
        RefusedError: the room is none, or the caller is a guest.
    """
    room = message_of(ask).room
    found = Incident.objects.filter(room=room).select_related("room").first()
    if found is None:
        raise RefusedError(_("This room is no incident: `/incident` opens one."))
    if not can_respond(ask.caller, found):
        raise RefusedError(_("Guests do not act in an incident: ask a member of an organisation."))
    return found


def _refusing(answer: Callable[[Ask], Answer]) -> Callable[[Ask], Answer]:
    """What is refused is answered with why."""

    def said(ask: Ask) -> Answer:
        try:
            return answer(ask)
        except RefusedError as error:
            return Answer(str(error))

    said.__doc__ = answer.__doc__
    return said


def _caller(ask: Ask) -> User:
    assert isinstance(ask.caller, User)  # noqa: S101 (message_of has refused everyone else)
    return ask.caller


@_refusing
def _incident(ask: Ask) -> Answer:
    """Open an incident from this thread; in an incident: say how it stands, or move it to a state."""
    message = message_of(ask)
    here = Incident.objects.filter(room=message.room).select_related("room", "owner").first()
    state = _state_named(ask.words)
    if here is None:
        if state:
            raise RefusedError(_("This room is no incident: `/incident` opens one."))
        if not posting.voice_of(_caller(ask), message.room):
            raise RefusedError(_("Only members of an organisation open an incident."))
        opened = incidents.open_from(message=message, opener=_caller(ask), name=ask.words[:100])
        place = f"[{opened}]({opened.room.get_absolute_url()})"
        return Answer(
            f"{_('The incident is open:')} {place}",
            source=_("What was said in this thread"),
            limits=_("Detected is not qualified: the criteria are still to be answered."),
        )
    if state:
        incidents.change_state(incident=incident_of(ask), state=state, actor=_caller(ask))
        here.refresh_from_db()
    states = _("States: %(states)s") % {"states": ", ".join(str(each.label) for each in Incident.State)}
    if ask.words.strip() and not state:
        unknown = _("An incident has no state “%(word)s”.") % {"word": ask.words.strip()[:40]}
        raise RefusedError(f"{unknown} {states}")
    return Answer(status_of(here), source=_("What was noted in this incident"), limits=states)


def _state_named(words: str) -> str:
    """The state that a word names, in the reader's language or in English; "" when it names none."""
    names = {str(each.label).lower(): each.value for each in Incident.State}
    names |= {each.value: each.value for each in Incident.State}
    return names.get(words.strip().lower(), "")


def status_of(incident: Incident) -> str:
    """How an incident stands, in a few lines."""
    lines = [
        f"**{incident}** · {incident.get_state_display()} · {incident.get_severity_display()}",
        "",
        incident.get_absolute_url(),
        "",
        _("Open steps: %(number)d") % {"number": incident.steps.filter(done_at=None).count()},
    ]
    for row in incident.takedowns.running().select_related("address__link"):
        clock = _("%(minutes)d of %(target)d minutes") % {
            "minutes": row.minutes,
            "target": row.target_minutes,
        }
        lines.append(f"- {pair(row.platform, row.address.link.url)} · {row.state} · {clock}")
    return "\n".join(lines)


@_refusing
def _takedown(ask: Ask) -> Answer:
    """Say that a platform was asked to take an address down; its clock runs from now."""
    incident = incident_of(ask)
    url, _space, platform = ask.words.partition(" ")
    row = takedowns.send(incident=incident, url=url, platform=platform, actor=_caller(ask))
    text = _("Noted. %(platform)s has until %(until)s; the address is looked at every two minutes.")
    until = timezone.localtime(row.sent_at + timedelta(minutes=row.target_minutes))
    return Answer(
        text % {"platform": row.platform, "until": date_format(until, "TIME_FORMAT")},
        source=_("Measured by this portal"),
        limits=_(
            "Gone: the server answers 404, 410 or 451 twice. What is hidden in one country only is not seen."
        ),
    )


@_refusing
def _claim(ask: Ask) -> Answer:
    """Note what is being claimed; the same address or nearly the same words join a known claim."""
    incident = incident_of(ask)
    found = qualifying.claim(incident=incident, text=ask.words, actor=_caller(ask))
    number = max(1, found.appearances.count())
    text = ngettext(
        "Claim noted: “%(claim)s”, met %(number)d time so far, %(verdict)s.",
        "Claim noted: “%(claim)s”, met %(number)d times so far, %(verdict)s.",
        number,
    )
    values = {"claim": found, "number": number, "verdict": found.get_verdict_display()}
    return Answer(
        text % values,
        source=_("Claims noted in this incident"),
        limits=_("Likeness of words, not of sense: look at what was joined."),
    )


@_refusing
def _archive(ask: Ask) -> Answer:
    """Keep a copy of an address, its words and a picture of it, with their hashes and the time."""
    return archiving.archived(url=ask.words.strip(), incident=_incident_here(ask), tell=ask.tell)


def _incident_here(ask: Ask) -> Incident | None:
    try:
        return incident_of(ask)
    except RefusedError:
        return None


@_refusing
def _who(ask: Ask) -> Answer:
    """What the portal can know of a domain."""
    host = (urlsplit(ask.words).hostname if "://" in ask.words else ask.words.strip().lower()) or ""
    return domains.domain(host=host, caller=ask.caller)


@_refusing
def _source(ask: Ask) -> Answer:
    """Where a picture was seen before."""
    message = message_of(ask)
    return looking.picture(url=ask.words.strip(), message=message, caller=ask.caller)


def _scale(ask: Ask) -> Answer:
    """How big is this number of shares: the nearest known article of each newspaper."""
    words = ask.words.strip()
    region = next((word for word in words.split() if _REGION.fullmatch(word)), "")
    number = re.sub(r"\D", "", words.replace(region, "", 1) if region else words)
    if not region and not number:
        return Answer(_("Give a region and a number of shares: `/scale fr 5617`."))
    if not region:
        return Answer(_("Give the region as two letters (ISO 3166-1): `/scale fr 5617`."))
    rest = words.replace(region, "", 1).strip()
    if not number or not _NUMBER.fullmatch(rest) or not 0 < int(number[:18]) < 10**12:
        return Answer(_("Give a number of shares above 0: `/scale fr 5617`."))
    near = scaling.near(region=region.lower(), shares=int(number))
    source = _("Table of known articles taken in on this portal")
    limits = _("Shares of all networks of the table, which may be years old: an order of size, no more.")
    if not near:
        none = _("No article of this region with about as many shares is known here.")
        return Answer(none, source=source, limits=limits)
    lines = [
        f"- **{each.source}**: [{each.title}]({each.url}), {date_format(each.published_on)}, {each.shares}"
        for each in near[:10]
    ]
    head = _("%(number)s shares in “%(region)s” are comparable to:") % {
        "number": number,
        "region": region.lower(),
    }
    return Answer(
        "\n".join([head, "", *lines]),
        source=source,
        limits=limits,
    )


@_refusing
def _remind(ask: Ask) -> Answer:
    """Say something again later, in this room."""
    message = message_of(ask)
    found = reminding.asked(ask.words, timezone.now())
    if found is None:
        raise RefusedError(
            _("Say when, within a year, and what: `/remind 30m call the platform`, `/remind 17:30 handover`.")
        )
    row = reminding.remember(message=message, due_at=found[0], text=found[1])
    at = date_format(localtime(row.due_at), "DATETIME_FORMAT")
    return Answer(
        _("I will say it again: %(at)s") % {"at": at},
        limits=_("Here, below your message, within a minute of that time."),
    )


@_refusing
def _poll(ask: Ask) -> Answer:
    """Ask a question with answers; each answer is a reply of its own, chosen by 👍."""
    message_of(ask)
    parts = [quoted or plain for quoted, plain in _QUOTED.findall(ask.words)]
    question, options = (parts[0] if parts else ""), parts[1:]
    if not 2 <= len(options) <= _MOST_OPTIONS:
        raise RefusedError(
            _('Give a question and two to eight answers, each in quotes: `/poll "When?" "Now" "Later"`.')
        )
    return Answer(
        _("**%(question)s** Choose by 👍 under an answer.") % {"question": question},
        limits=_("Whoever may enter this room may choose, several answers too, and is seen to."),
        then=options,
    )


@_refusing
def _translate(ask: Ask) -> Answer:
    """Put words, or the message that this replies to, into another language."""
    return translating.translated(words=ask.words, message=message_of(ask))


def commands() -> Sequence[Command]:
    """Everything that can be asked for now: some of it needs a setting."""
    return (*COMMANDS, TRANSLATE) if settings.COLLABORATE_TRANSLATE else COMMANDS


TRANSLATE = Command(
    "translate",
    gettext_lazy("[language] [words]"),
    gettext_lazy("Put it into another language, by machine."),
    _translate,
)
COMMANDS: Sequence[Command] = (
    Command(
        "incident",
        gettext_lazy("[name or state]"),
        gettext_lazy("Open an incident from this thread, or say how it stands."),
        _incident,
    ),
    Command(
        "takedown",
        gettext_lazy("address platform"),
        gettext_lazy("A request to a platform, its clock running."),
        _takedown,
    ),
    Command("claim", gettext_lazy("words or address"), gettext_lazy("Note what is being claimed."), _claim),
    Command(
        "archive", gettext_lazy("address"), gettext_lazy("Keep a copy, with its hash and the time."), _archive
    ),
    Command("who", gettext_lazy("domain"), gettext_lazy("What the portal can know of a domain."), _who),
    Command(
        "source",
        gettext_lazy("[address of a picture]"),
        gettext_lazy("Where a picture was seen before; or send it with the command."),
        _source,
    ),
    Command(
        "scale", gettext_lazy("region number"), gettext_lazy("How big this number of shares is."), _scale
    ),
    Command("remind", gettext_lazy("when what"), gettext_lazy("Say something again later."), _remind),
    Command("poll", gettext_lazy('"question" "answer" "answer"'), gettext_lazy("Ask everybody here."), _poll),
)
