"""One worker at a time on one thing: a row that says who holds it, and until when."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from disinfo.portal.models import Lease


@contextmanager
def lease(key: str, *, seconds: float) -> Iterator[bool]:
    """Hold `key` for at most `seconds`; gives whether it was free.

    A holder that is killed leaves the row behind; it is free again once its time has passed, so `seconds` must be
    longer than the work and short enough to wait for.
    """
    owner = uuid.uuid4().hex
    held = _take(key, owner, seconds)
    try:
        yield held
    finally:
        if held:
            Lease.objects.filter(key=key, owner=owner).delete()


def renew(key: str, *, seconds: float) -> None:
    """Give the present holder of `key` more time."""
    Lease.objects.filter(key=key).update(until=timezone.now() + timedelta(seconds=seconds))


def _take(key: str, owner: str, seconds: float) -> bool:
    now = timezone.now()
    until = now + timedelta(seconds=seconds)
    if Lease.objects.filter(Q(until__lt=now), key=key).update(owner=owner, until=until):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(key=key, owner=owner, until=until)
    except IntegrityError:
        return False
    return True
