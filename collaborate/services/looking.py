"""/source: where a picture was seen on this portal, and links to searches elsewhere."""

import re
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _

from collaborate.models import Attachment, Message, Room
from collaborate.services.refusals import RefusedError
from collaborate.speaking import pair
from disinfo import fetcher, pictures
from disinfo.failures import sentence_of
from disinfo.portal.tools import Answer, Caller, Card, ask_each
from disinfo.safe_http import FetchError

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}")
_LIKE_BITS = 10
_MOST = 5
_SEARCHES = {
    "Google": "https://lens.google.com/uploadbyurl?url=",
    "Yandex": "https://yandex.com/images/search?rpt=imageview&url=",
    "TinEye": "https://tineye.com/search?url=",
}


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
        "- "
        + pair(f"[{card.title}]({card.url}) ({card.kind})", _("%(bits)d of 64 bits differ") % {"bits": bits})
        for bits, card in sorted(found, key=lambda each: each[0])[:_MOST]
    ] or [_("No picture that looks like this was met on this portal.")]
    if url:
        elsewhere = " · ".join(
            f"[{name}]({address}{quote(url, safe='')})" for name, address in _SEARCHES.items()
        )
        lines += ["", _("Search elsewhere: %(links)s") % {"links": elsewhere}]
    return Answer(
        "\n".join(lines),
        source=_("Pictures of the rooms you may enter, of ads and of the encyclopedia, as kept here"),
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
    except FetchError as error:
        why = sentence_of(error.code).rstrip(".")
        raise RefusedError(_("No picture could be read at this address (%(why)s).") % {"why": why}) from error
    except pictures.PictureError as error:
        raise RefusedError(
            _("What is at this address is no picture that can be read, or too large a one.")
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
