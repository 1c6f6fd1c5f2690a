"""Requests to platforms: sent, acknowledged, acted; the last is seen, never taken from what the platform says."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaborate.models import Address, Incident, LogEntry, Takedown
from collaborate.services import addresses, logbook
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of, pair
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.celery import send_after_commit

_MARKS = {"acknowledge": "acknowledged_at", "declare": "declared_at", "withdraw": "withdrawn_at"}


def send(*, incident: Incident, url: str, platform: str, actor: User, reference: str = "") -> Takedown:
    """Say that a platform was asked to take an address down: its clock runs from now. Sent again, it is the same one.

    Raises:
        RefusedError: no address, no platform, or an address that was gone before.
    """
    if not url.startswith(("http://", "https://")) or not platform.strip():
        raise RefusedError(_("Give an address that begins with https:// and the name of the platform."))
    links = addresses.links_of([url])
    with transaction.atomic():
        addresses.keep(incident=incident, links=links)
        address = Address.objects.select_for_update(of=("self",)).select_related("link").get(link=links[0])
        if address.gone_since:
            raise RefusedError(_("This address is gone already: there is nothing to ask for."))
        found, is_new = Takedown.objects.get_or_create(
            incident=incident,
            address=address,
            withdrawn_at=None,
            defaults={
                "platform": _platform(platform),
                "target_minutes": incident.target_minutes,
                "sent_by": actor,
                "reference": reference[:120],
            },
        )
        if is_new:
            text = _("Request sent to %(platform)s: %(url)s") % {"platform": found.platform, "url": url}
            _tell(found, text, actor)
            audit.record("collaborate.takedown", actor=actor, on=found, platform=found.platform)
            _look_soon(address)
    return found


def _platform(name: str) -> str:
    """One spelling for one platform: that of the first request, whatever the case of the next ones."""
    name = " ".join(name.split())[:60]
    known = Takedown.objects.filter(platform__iexact=name).order_by("pk").first()
    return known.platform if known else name


def _look_soon(address: Address) -> None:
    from collaborate import tasks  # it imports the services

    Address.objects.filter(pk=address.pk).update(next_check_at=timezone.now())
    send_after_commit(tasks.check_address, address.pk)


@transaction.atomic
def mark(*, takedown: Takedown, what: str, actor: User, reference: str = "") -> None:
    """Say that it was acknowledged, that the platform says it acted (which is looked at at once), or withdraw it.

    Raises:
        RefusedError: there is no such step.
    """
    column = _MARKS.get(what)
    if column is None:
        raise RefusedError(_("There is no such step."))
    Address.objects.select_for_update(of=("self",)).get(pk=takedown.address_id)
    row = Takedown.objects.select_for_update(of=("self",)).select_related("address__link").get(pk=takedown.pk)
    if getattr(row, column) is not None:
        return
    setattr(row, column, timezone.now())
    row.reference = reference[:120] or row.reference
    row.save()
    said = {
        "acknowledge": _("%(platform)s acknowledged the request: %(url)s"),
        "declare": _("%(platform)s says that it acted: %(url)s"),
        "withdraw": _("Request to %(platform)s withdrawn: %(url)s"),
    }[what]
    row.incident = takedown.incident
    _tell(row, said % {"platform": row.platform, "url": row.address.link.url}, actor)
    audit.record(f"collaborate.takedown_{what}", actor=actor, on=row)
    if what == "declare":
        _look_soon(row.address)


def remind() -> int:
    """Tell the rooms whose requests have had two thirds, eight ninths, all of their time; each once. Gives how many."""
    now, said = timezone.now(), 0
    for row in Takedown.objects.with_steps_left():
        due = sum(1 for part in Takedown.REMIND_AT if _minutes(row, now) >= part * row.target_minutes)
        # Only who moves the count speaks: two sweeps at once say it once.
        if due > row.reminders:
            with transaction.atomic():
                moved = (
                    Takedown.objects.running()
                    .filter(pk=row.pk, reminders=row.reminders)
                    .update(reminders=due)
                )
                if moved:
                    with in_language_of(row.incident.room):
                        _remind(row, now)
                    said += 1
    return said


def _minutes(row: Takedown, now: datetime) -> int:
    return int((now - row.sent_at).total_seconds() // 60)


def _remind(row: Takedown, now: datetime) -> None:
    minutes = _minutes(row, now)
    text = ngettext(
        "%(minutes)d minute since the request to %(platform)s, which has %(target)d: %(url)s",
        "%(minutes)d minutes since the request to %(platform)s, which has %(target)d: %(url)s",
        minutes,
    ) % {
        "minutes": minutes,
        "platform": row.platform,
        "target": row.target_minutes,
        "url": row.address.link.url,
    }
    _tell(row, f"{text} · {_seen_last(row.address)}", None)


def _seen_last(address: Address) -> str:
    """What the last look told: only what answered is said to be there."""
    if address.checked_at is None:
        return _("It has not been looked at yet.")
    if address.problem:
        return pair(_("The last look told nothing"), address.why)
    return _("It is still there.")


def _tell(row: Takedown, text: str, actor: User | None) -> None:
    entry = logbook.write(
        row.incident,
        LogEntry.Kind.TAKEDOWN,
        text,
        actor=actor,
        platform=row.platform,
        url=row.address.link.url,
        target_minutes=row.target_minutes,
    )
    logbook.say(row.incident, text, nonce=f"log:{row.incident_id}:{entry.number}")
