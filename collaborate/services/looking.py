"""Answers that look at what is outside: a copy of an address, a domain, a picture."""

import json
import re
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborate.models import Address, Attachment, Incident, Link, Message, Room
from collaborate.services import addresses
from collaborate.services.refusals import RefusedError
from disinfo import fetcher, pictures
from disinfo.portal.tools import Answer, Caller, Card, ask_each
from disinfo.safe_http import FetchError, HttpStatusError

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}")
_LIKE_BITS = 10
_MOST = 5
_SEARCHES = {
    "Google": "https://lens.google.com/uploadbyurl?url=",
    "Yandex": "https://yandex.com/images/search?rpt=imageview&url=",
    "TinEye": "https://tineye.com/search?url=",
}


def archived(*, url: str, incident: Incident | None) -> Answer:
    """Keep a copy of an address now; in an incident it becomes one of its addresses.

    Raises:
        RefusedError: it is no address.
    """
    if not url.startswith(("http://", "https://")):
        raise RefusedError(_("Give an address that begins with https://"))
    link = addresses.links_of([url])[0]
    address, _is_new = Address.objects.get_or_create(link=link)
    if incident:
        addresses.keep(incident=incident, links=[link])
    Address.objects.filter(pk=address.pk).update(next_check_at=timezone.now())
    addresses.check(address=address)
    address.refresh_from_db()
    limits = _("As the server answered this portal, without scripts and pictures; no screenshot.")
    if not address.archived_at:
        problem = address.problem or _("a type of file that is not kept")
        return Answer(_("No copy could be made of %(url)s: %(problem)s.") % {"url": url, "problem": problem})
    lines = [url, f"SHA-256 `{address.sha256}` · {address.mime_type}"]
    return Answer(
        "\n\n".join(lines), source=_("Copied by this portal"), at=address.archived_at, limits=limits
    )


def domain(*, host: str, caller: Caller) -> Answer:
    """What is registered of a domain, and where on this portal it was met, as far as the caller may read.

    Raises:
        RefusedError: it is no domain.
    """
    if not _HOST.fullmatch(host):
        raise RefusedError(_("Give a domain, such as example.org."))
    lines = [f"**{host}**", *_registered(host), *_met(host, caller)]
    for tool, cards in ask_each(lambda tool: tool.search(host, caller, 3)):
        lines += [
            f"- {tool.name}: [{card.title}]({card.url})" for card in cards if tool.slug != "collaborate"
        ]
    return Answer(
        "\n".join(lines),
        source=_("Registration data (RDAP) and what was met on this portal"),
        at=timezone.now(),
        limits=_("Certificates are not looked at; what is registered may be false or hidden."),
    )


def _registered(host: str) -> list[str]:
    name = ".".join(host.split(".")[-2:])
    try:
        content = fetcher.client().get(f"{settings.COLLABORATE_RDAP}{quote(name)}", max_bytes=500_000).content
        data = json.loads(content)
    except HttpStatusError as error:
        return [_("- Not found in the register (%(status)s).") % {"status": error.status}]
    except (FetchError, ValueError):
        return [_("- The register did not answer.")]
    events = data.get("events") if isinstance(data, dict) else None
    names = {"registration": _("registered"), "expiration": _("expires"), "last changed": _("changed")}
    return [
        f"- {name}: {names[event['eventAction']]} {str(event.get('eventDate', ''))[:10]}"
        for event in (events if isinstance(events, list) else [])
        if isinstance(event, dict) and event.get("eventAction") in names
    ]


def _met(host: str, caller: Caller) -> list[str]:
    """How often it was posted in the rooms the caller may enter, by how many people, since when."""
    rooms = Room.objects.visible_to(caller)
    links = Link.objects.filter(url__regex=rf"^https?://([^/]*\.)?{re.escape(host)}([/:?#]|$)")
    rows = Message.objects.readable().filter(links__in=links, room__in=rooms).distinct()
    number = rows.count()
    if not number:
        return [_("- Never posted in the rooms you may enter.")]
    first: datetime | None = rows.aggregate(at=Min("said_at"))["at"]
    who = rows.order_by().values("author").distinct().count()
    said = ngettext("posted in %(number)d message", "posted in %(number)d messages", number) % {
        "number": number
    }
    by = ngettext("by %(number)d person", "by %(number)d people", who) % {"number": who}
    since = date_format(localtime(first), "DATE_FORMAT") if first else ""
    return [f"- {said} {by}, {_('first on %(day)s') % {'day': since}}"]


def picture(*, url: str, message: Message, caller: Caller) -> Answer:
    """Where a picture was seen on this portal, and links to searches elsewhere, which nobody is sent to.

    Raises:
        RefusedError: neither a picture with the message nor the address of one.
    """
    look = _look_of(url, message)
    found = _in_rooms(look, caller, message)
    for _tool, near in ask_each(lambda tool: tool.pictures_like(look, caller)):
        found += near
    lines = [
        f"- [{card.title}]({card.url}) ({card.kind}): " + _("%(bits)d of 64 bits differ") % {"bits": bits}
        for bits, card in sorted(found, key=lambda each: each[0])[:_MOST]
    ] or [_("No picture that looks like this was met on this portal.")]
    if url:
        elsewhere = " · ".join(
            f"[{name}]({address}{quote(url, safe='')})" for name, address in _SEARCHES.items()
        )
        lines += ["", _("Search elsewhere: %(links)s") % {"links": elsewhere}]
    return Answer(
        "\n".join(lines),
        source=_("Pictures of the rooms you may enter and of ads kept here"),
        at=timezone.now(),
        limits=_("Found when made smaller or compressed again; not when cropped or mirrored."),
    )


def _look_of(url: str, message: Message) -> str:
    """The perceptual hash of the picture that came with the message, or of what is at the address."""
    if sent := message.attachments.exclude(perceptual_hash="").first():
        return sent.perceptual_hash
    if not url.startswith(("http://", "https://")):
        raise RefusedError(_("Send a picture with the command, or give the address of one."))
    try:
        content = fetcher.client().get(url, accept="image/*", max_bytes=pictures.MOST_BYTES).content
        return pictures.redraw(content, longest_side=1_000).perceptual_hash
    except (FetchError, pictures.PictureError) as error:
        raise RefusedError(
            _("No picture could be read at this address (%(why)s).") % {"why": error.code}
        ) from error


def _in_rooms(look: str, caller: Caller, message: Message) -> list[tuple[int, Card]]:
    rows = Attachment.objects.exclude(perceptual_hash="").filter(
        message__room__in=Room.objects.visible_to(caller), message__deleted_at=None, message__hidden_at=None
    )
    found = []
    for row in rows.exclude(message=message).select_related("message__room").order_by("pk").iterator():
        bits = pictures.distance(look, row.perceptual_hash)
        if bits <= _LIKE_BITS:
            place = row.message
            found.append(
                (
                    bits,
                    Card(place.get_absolute_url(), f"{row.name} · {place.room}", _("Message"), place.said_at),
                )
            )
    return found
