"""Addresses of incidents: copied and hashed when first met, looked at again, shown as gone when they are."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from collaborate.models import Address, Incident, Link, LogEntry
from collaborate.models.takedowns import unmet_links
from collaborate.services import logbook
from collaborate.speaking import in_language_of
from disinfo import copies, fetcher
from disinfo.celery import send_after_commit
from disinfo.leases import lease
from disinfo.safe_http import FetchError, HostPausedError, HttpStatusError, Response

FOLDER = "copies"
_MOST_BYTES = 20_000_000
_GONE = (404, 410, 451)
"""What a server answers when something is no longer there, or is withheld by law (RFC 9110, RFC 7725)."""
_AGAIN = timedelta(seconds=45)
_EVERY_ASKED = timedelta(minutes=2)
_EVERY_OPEN = timedelta(minutes=15)
_EVERY_CLOSED = timedelta(days=1)
_WATCHED_AFTER = timedelta(days=30)
_BATCH = 50


def links_of(urls: Sequence[str]) -> list[Link]:
    """The rows of some addresses, made if nobody has posted them yet.

    To be asked for before a transaction begins: who posts in a room waits for a new row while the room is locked.
    """
    digests = {Link.digest_of(url): url for url in urls}
    return [
        Link.objects.get_or_create(digest=digest, defaults={"url": digests[digest]})[0]
        for digest in sorted(digests)
    ]


@transaction.atomic
def keep(*, incident: Incident, links: Iterable[Link]) -> None:
    """Make these addresses the incident's; those met for the first time are handed to a worker to be copied."""
    from collaborate import tasks  # it imports the services

    for address in _locked(links):
        link = address.link
        if not address.incidents.filter(pk=incident.pk).exists():
            address.incidents.add(incident)
            text = _("Address met: %(url)s") % {"url": link.url}
            logbook.write(incident, LogEntry.Kind.ADDRESS, text, url=link.url)
        if address.next_check_at is None or address.checked_at is None:
            Address.objects.filter(pk=address.pk).update(next_check_at=timezone.now())
            send_after_commit(tasks.check_address, address.pk)


def _locked(links: Iterable[Link]) -> list[Address]:
    """The addresses of these links, locked, in one order for everybody: see logbook on what is locked before what."""
    keys = [link.pk for link in links]
    Address.objects.bulk_create([Address(link_id=key) for key in sorted(keys)], ignore_conflicts=True)
    rows = Address.objects.filter(link__in=keys).select_for_update(of=("self",)).select_related("link")
    return list(rows.order_by("pk"))


def sweep() -> int:
    """Keep the addresses of messages that nobody kept yet, and hand the due ones to the workers; gives how many."""
    from collaborate import tasks  # it imports the services

    for link in unmet_links().distinct().order_by("pk")[:_BATCH]:
        rooms = link.messages.filter(deleted_at=None).values("room")
        for incident in Incident.objects.open().filter(room__in=rooms).select_related("room").order_by("pk"):
            with in_language_of(incident.room):
                keep(incident=incident, links=[link])
    keys = list(Address.objects.due().values_list("pk", flat=True)[:_BATCH])
    for pk in keys:
        send_after_commit(tasks.check_address, pk)
    return len(keys)


def check(*, address: Address) -> None:
    """Look at an address that is due: copy it the first time, and see whether it still answers."""
    with lease(f"collaborate.address:{address.pk}", seconds=settings.COLLABORATE_LEASE_SECONDS) as held:
        if not held or not Address.objects.due().filter(pk=address.pk).exists():
            return
        try:
            response = fetcher.client().get(address.link.url, max_bytes=_MOST_BYTES)
        except HostPausedError:
            return  # the host asked for a pause: the next sweep tries again
        except HttpStatusError as error:
            is_gone = error.status in _GONE
            _keep_result(
                address.pk, is_there=None if not is_gone else False, problem=f"{error.code} {error.status}"
            )
        except FetchError as error:
            # A name that does not resolve, a refused connection: the server is away, which says nothing of the page.
            _keep_result(address.pk, is_there=None, problem=error.code)
        else:
            _keep_result(address.pk, is_there=True, response=response)


@transaction.atomic
def _keep_result(
    pk: int, *, is_there: bool | None, problem: str = "", response: Response | None = None
) -> None:
    """Write down what a look told: there, not there, or (None) nothing that can be relied on."""
    address = Address.objects.select_for_update(of=("self",)).select_related("link").get(pk=pk)
    now = timezone.now()
    address.checked_at, address.problem = now, problem[:100]
    if is_there is True:
        _is_there(address)
    elif is_there is False:
        _is_missing(address, now)
    if response is not None and not address.file:
        _copy(address, response, now)
    address.next_check_at = _next_check(address, now)
    address.save()


def _copy(address: Address, response: Response, now: datetime) -> None:
    kept = copies.keep(response, folder=FOLDER, pictures=True)
    if kept is None:
        return
    address.file, address.sha256, address.mime_type = kept.file, kept.sha256, kept.mime_type
    address.archived_at = now
    for incident in address.incidents.select_related("room").order_by("pk"):
        with in_language_of(incident.room):
            text = _("Copied: %(url)s") % {"url": address.link.url}
        logbook.write(
            incident,
            LogEntry.Kind.ADDRESS,
            text,
            url=address.link.url,
            sha256=kept.sha256,
            type=kept.mime_type,
        )


def _is_there(address: Address) -> None:
    address.has_answered, address.missed_at = True, None
    if address.gone_since is None:
        return
    address.gone_since = None
    address.takedowns.not_withdrawn().update(gone_at=None)
    _tell(address, lambda: _("Is there again: %(url)s") % {"url": address.link.url})


def _is_missing(address: Address, now: datetime) -> None:
    """Absent once may be a stumble of the server: only a second look makes it gone, since the first."""
    if address.missed_at is None:
        address.missed_at = now
        return
    if address.gone_since is not None:
        return
    address.gone_since = address.missed_at
    since, was_there = localtime(address.gone_since), address.has_answered
    address.takedowns.running().update(gone_at=address.gone_since)

    def text() -> str:
        at = date_format(since, "TIME_FORMAT")
        if was_there:
            return _("Gone since %(at)s: %(url)s") % {"at": at, "url": address.link.url}
        return _("Not there when it was first looked at, at %(at)s: %(url)s") % {
            "at": at,
            "url": address.link.url,
        }

    _tell(address, text)


def _tell(address: Address, words: Callable[[], str]) -> None:
    """Say it in every incident of the address, in the language of its room."""
    for incident in address.incidents.select_related("room").order_by("pk"):
        with in_language_of(incident.room):
            text = words()
        entry = logbook.write(incident, LogEntry.Kind.ADDRESS, text, url=address.link.url)
        logbook.say(incident, text, nonce=f"log:{incident.pk}:{entry.number}")


def _next_check(address: Address, now: datetime) -> datetime | None:
    if address.missed_at and not address.gone_since:
        return now + _AGAIN
    if address.takedowns.running().exists():
        return now + _EVERY_ASKED
    if address.incidents.open().exists():
        return now + (_EVERY_CLOSED if address.gone_since else _EVERY_OPEN)
    last = address.incidents.order_by("-closed_at").values_list("closed_at", flat=True).first()
    return now + _EVERY_CLOSED if last and now - last < _WATCHED_AFTER else None
