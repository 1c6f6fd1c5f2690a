"""/who: what the portal can know of a domain: its registration, its certificate, where it was met and who shares it."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaborate.models import Link, Message, Room
from collaborate.services.refusals import RefusedError
from collaborate.speaking import pair
from disinfo import fetcher
from disinfo.failures import sentence_of
from disinfo.portal.tools import Answer, Caller, ask_each
from disinfo.safe_http import FetchError, HttpStatusError
from disinfo.safe_http.certificates import certificate_of

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}")
_KEPT_SECONDS = 24 * 3600
_MOST_BYTES = 500_000
_MOST_CARDS = 3
_EVENTS = ("registration", "expiration", "last changed")
_NAMES = {
    "domain": gettext_lazy("domain"),
    "registration": gettext_lazy("registered"),
    "expiration": gettext_lazy("expires"),
    "last changed": gettext_lazy("changed"),
    "registrar": gettext_lazy("registrar"),
}


def domain(*, host: str, caller: Caller) -> Answer:
    """What is registered of a domain, and where on this portal it was met, as far as the caller may read.

    Raises:
        RefusedError: it is no domain.
    """
    if not _HOST.fullmatch(host):
        raise RefusedError(_("Give a domain, such as example.org."))
    lines = [f"**{host}**", *_registered(host), _certified(host), *_met(host, caller), *_shared(host, caller)]
    for tool, cards in ask_each(lambda tool: tool.search(host, caller, _MOST_CARDS)):
        lines += [
            f"- {pair(tool.name, f'[{card.title}]({card.url})')}"
            for card in cards
            if tool.slug != "collaborate"
        ]
    return Answer(
        "\n".join(lines),
        source=_("Registration data (RDAP, a day old at most), the certificate shown now, this portal"),
        at=timezone.now(),
        limits=_("What is registered may be false or hidden; only what was collected here was looked at."),
    )


def _registered(host: str) -> list[str]:
    """What the register says, asked once a day; of a name within a domain, the domain is tried next."""
    known: list[tuple[str, str]] | None = cache.get(f"collaborate:rdap:{host}")
    if known is not None:
        return _in_words(known)
    labels = host.split(".")
    for start in range(max(1, len(labels) - 1)):
        try:
            url = f"{settings.COLLABORATE_RDAP}{quote('.'.join(labels[start:]))}"
            facts = list(_said(json.loads(fetcher.client().get(url, max_bytes=_MOST_BYTES).content)))
        except HttpStatusError as error:
            if error.status in (400, 404):
                continue
            return [_("- The register did not answer.")]
        except (FetchError, ValueError):
            return [_("- The register did not answer.")]
        cache.set(f"collaborate:rdap:{host}", facts, _KEPT_SECONDS)
        return _in_words(facts)
    return [_("- Not found in the register.")]


def _in_words(facts: Sequence[tuple[str, str]]) -> list[str]:
    """What was said, in the language of who asks now: the register is asked for all of them once."""
    return [f"- {pair(_NAMES[name], value)}" for name, value in facts]


def _said(data: Any) -> Iterator[tuple[str, str]]:
    """Events and registrar of an answer in RDAP (RFC 9083 §4.5, §5.1)."""
    values = data if isinstance(data, dict) else {}
    if name := str(values.get("ldhName") or ""):
        yield "domain", name[:253].lower()
    for event in _mappings(values.get("events")):
        if (action := event.get("eventAction")) in _EVENTS:
            yield str(action), str(event.get("eventDate", ""))[:10]
    for entity in _mappings(values.get("entities")):
        roles = entity.get("roles")
        if isinstance(roles, list) and "registrar" in roles and (name := _name_of(entity)):
            yield "registrar", name


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _name_of(entity: dict[str, Any]) -> str:
    """The full name in a jCard (RFC 7095)."""
    card = entity.get("vcardArray")
    rows = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else []
    names = (row[3] for row in rows if isinstance(row, list) and len(row) > 3 and row[0] == "fn")
    return " ".join(str(next(names, ""))[:120].split())


def _certified(host: str) -> str:
    try:
        found = certificate_of(fetcher.policy(), host)
    except FetchError as error:
        return _("- Certificate: none could be read (%(why)s).") % {
            "why": sentence_of(error.code).rstrip(".")
        }
    text = _("- Certificate: issued by %(issuer)s, from %(start)s to %(end)s, for %(names)s") % {
        "issuer": found.issuer or "?",
        "start": date_format(localtime(found.starts), "DATE_FORMAT"),
        "end": date_format(localtime(found.ends), "DATE_FORMAT"),
        "names": ", ".join(f"`{name}`" for name in found.names[:5]) or "?",
    }
    return text if found.is_trusted else f"{text}. {_('No known authority vouches for it.')}"


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


def _shared(host: str, caller: Caller) -> list[str]:
    found = ask_each(lambda tool: tool.shared_from(host, caller))
    return [
        f"- {pair(f'[{card.title}]({card.url})', card.summary)}" for _tool, cards in found for card in cards
    ]
