"""Incidents for tests; what happens goes the way of the services."""

from typing import Any

from django.utils import timezone

from collaborate.models import Address, Incident
from collaborate.services import addresses, incidents
from disinfo.accounts.models import User


def incident(opener: User, **values: Any) -> Incident:
    """An incident that is led by who opens it."""
    return incidents.open_new(opener=opener, **{"name": "Ballots", **values})


def address(of: Incident, url: str = "https://chirper.example/1") -> Address:
    """One of its addresses, due to be looked at."""
    addresses.keep(incident=of, links=addresses.links_of([url]))
    Address.objects.filter(link__url=url).update(next_check_at=timezone.now())
    return Address.objects.select_related("link").get(link__url=url)


def look_again(row: Address) -> Address:
    """Look at it once more, as if its time had come."""
    Address.objects.filter(pk=row.pk).update(next_check_at=timezone.now())
    addresses.check(address=row)
    return Address.objects.select_related("link").get(pk=row.pk)
