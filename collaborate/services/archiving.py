"""/archive: a copy of an address now, its words, and a picture of it where a browser is installed."""

import hashlib
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from selectolax.lexbor import LexborHTMLParser

from collaborate.models import Address, Incident, LogEntry
from collaborate.services import addresses, logbook
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of
from disinfo import chromium, files
from disinfo.chromium import NAVIGATION_MS, Chromium
from disinfo.portal.tools import Answer, Picture

logger = logging.getLogger(__name__)
_WIDTH, _HEIGHT = 1280, 1600
_HIGHEST = 8_000
_MOST_WORDS = 2_000_000


@dataclass(frozen=True)
class Shot:
    """A page as a browser showed it: what is seen first, and all of it down to 8,000 pixels; as PNG."""

    first: bytes
    whole: bytes
    status: int


def archived(*, url: str, incident: Incident | None, tell: Callable[[str], None]) -> Answer:
    """Keep an address as it is now; in an incident it becomes one of its addresses. `tell` says how far it is.

    Raises:
        RefusedError: it is no address.
    """
    if not url.startswith(("http://", "https://")):
        raise RefusedError(_("Give an address that begins with https://"))
    link = addresses.links_of([url])[0]
    address, _is_new = Address.objects.get_or_create(link=link)
    if incident:
        addresses.keep(incident=incident, links=[link])
    tell(_("I am copying %(url)s…") % {"url": url})
    Address.objects.filter(pk=address.pk).update(next_check_at=timezone.now())
    addresses.check(address=address)
    address.refresh_from_db()
    shot = None
    if chromium.is_installed() and address.gone_since is None:
        tell(_("A browser takes a picture of the page…"))
        shot = picture_of(url)
    keep_more(address=address, shot=shot)
    return _answer(address, url, shot)


def picture_of(url: str) -> Shot | None:
    """What a browser shows at an address; None when it cannot be shown within half a minute."""
    from playwright.sync_api import Error, FloatRect, Page

    def look(page: Page) -> Shot:
        response = page.goto(url, wait_until="load", timeout=NAVIGATION_MS)
        height = min(int(page.evaluate("document.documentElement.scrollHeight")), _HIGHEST)
        clip: FloatRect = {"x": 0, "y": 0, "width": _WIDTH, "height": max(height, 1)}
        first = page.screenshot(type="png")
        return Shot(
            first, page.screenshot(type="png", full_page=True, clip=clip), response.status if response else 0
        )

    with closing(Chromium()) as browser:
        try:
            return browser.run(look, width=_WIDTH, height=_HEIGHT)
        except Error as error:
            logger.warning("no picture of a page", extra={"url": url, "error": error.message})
            return None


@transaction.atomic
def keep_more(*, address: Address, shot: Shot | None) -> None:
    """Keep the words of the copy, and the picture; each hashed, and written into the log of its incidents."""
    row = Address.objects.select_for_update(of=("self",)).select_related("link").get(pk=address.pk)
    if row.mime_type in ("text/html", "application/xhtml+xml") and not row.text_file:
        row.text_file = _kept(words_of(files.read(row.file)).encode(), "txt")[0]
    if shot:
        row.picture_file, row.picture_sha256 = _kept(shot.whole, "png")
        row.pictured_at = timezone.now()
    row.save()
    address.refresh_from_db()
    if shot is None:
        return
    for incident in row.incidents.select_related("room").order_by("pk"):
        with in_language_of(incident.room):
            text = _("Picture taken: %(url)s") % {"url": row.link.url}
        logbook.write(
            incident,
            LogEntry.Kind.ADDRESS,
            text,
            url=row.link.url,
            sha256=row.picture_sha256,
            status=shot.status,
        )


def _kept(content: bytes, ending: str) -> tuple[str, str]:
    digest = hashlib.sha256(content).hexdigest()
    name = f"{addresses.FOLDER}/{digest}.{ending}"
    files.keep(name, content)
    return name, digest


def words_of(html: bytes) -> str:
    """The words of a page, a line for each piece of text; what scripts and styles say is left out."""
    tree = LexborHTMLParser(html)
    for node in tree.css("script, style, noscript, template"):
        node.decompose()
    text = tree.body.text(separator="\n", strip=True) if tree.body else ""
    return "\n".join(line for line in (part.strip() for part in text.splitlines()) if line)[:_MOST_WORDS]


def _answer(address: Address, url: str, shot: Shot | None) -> Answer:
    if not address.archived_at and shot is None:
        problem = address.why.rstrip(".") or _("a type of file that is not kept")
        return Answer(
            _("No copy could be made of %(url)s. Why: %(problem)s.") % {"url": url, "problem": problem},
            source=_("Looked at by this portal"),
            at=address.checked_at,
            limits=_("One look, without a login, from where this portal is."),
        )
    lines = [url, *_lines(address, shot)]
    limits = [_("The copy: as the server answered this portal, without scripts and pictures.")]
    if shot:
        limits.append(_("The picture: as a browser of this portal was shown it, without a login."))
    elif chromium.is_installed():
        limits.append(_("The browser could not show the page: no picture."))
    else:
        limits.append(_("No browser is installed here: no picture."))
    return Answer(
        "\n\n".join(lines),
        source=_("Copied by this portal"),
        at=address.pictured_at if shot else address.archived_at,
        limits=" ".join(limits),
        pictures=(Picture("page.png", shot.first),) if shot else (),
    )


def _lines(address: Address, shot: Shot | None) -> list[str]:
    place = f"/collaborate/copies/{address.pk}/"
    lines = []
    if address.archived_at:
        lines.append(f"[{_('Copy')}]({place}) · {address.mime_type} · SHA-256 `{address.sha256}`")
    else:
        lines.append(_("No copy could be made. Why: %(problem)s.") % {"problem": address.why.rstrip(".")})
    if address.text_file:
        lines.append(f"[{_('Words')}]({place}text/) · SHA-256 `{_digest_in(address.text_file)}`")
    if shot:
        status = _("the server answered %(status)s") % {"status": shot.status}
        lines.append(
            f"[{_('Picture of the page')}]({place}picture/) · {status} · SHA-256 `{address.picture_sha256}`"
        )
    return lines


def _digest_in(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]
