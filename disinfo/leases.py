"""One worker at a time on one thing: a row that says who holds it, and until when."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from disinfo.portal.models import Lease


class Hold:
    """What came of asking for a lease: true when it is ours."""

    def __init__(self, key: str, *, seconds: float) -> None:
        self.key, self.seconds, self.owner = key, seconds, uuid.uuid4().hex
        self._sure_until = 0.0
        self.is_ours = self._take()

    def __bool__(self) -> bool:
        return self.is_ours

    def renew(self) -> bool:
        """Start its time anew; false when it has been lost (it ran out, and another took it)."""
        self._sure_until = time.monotonic() + self.seconds
        until = timezone.now() + timedelta(seconds=self.seconds)
        self.is_ours = bool(Lease.objects.filter(key=self.key, owner=self.owner).update(until=until))
        return self.is_ours

    def is_still_ours(self) -> bool:
        """Whether nobody has taken it meanwhile; the database is asked only once its time has passed."""
        return self.is_ours and (time.monotonic() < self._sure_until or self.renew())

    def release(self) -> None:
        """Let others have it."""
        Lease.objects.filter(key=self.key, owner=self.owner).delete()

    def _take(self) -> bool:
        self._sure_until = time.monotonic() + self.seconds
        now = timezone.now()
        until = now + timedelta(seconds=self.seconds)
        # One that ends later than it could was taken while the clock was wrong: it would be held for as long as that.
        is_free = Q(until__lt=now) | Q(until__gt=until + timedelta(seconds=self.seconds))
        if Lease.objects.filter(is_free, key=self.key).update(owner=self.owner, until=until):
            return True
        try:
            with transaction.atomic():
                Lease.objects.create(key=self.key, owner=self.owner, until=until)
        except IntegrityError:
            return False
        return True


@contextmanager
def lease(key: str, *, seconds: float) -> Iterator[Hold]:
    """Hold `key` for at most `seconds`, unless another does: `if held:` tells.

    A holder that is killed leaves the row behind; it is free again once its time has passed. So `seconds` is to be
    short, and long work renews.
    """
    hold = Hold(key, seconds=seconds)
    try:
        yield hold
    finally:
        if hold:
            hold.release()


def held_keys(prefix: str, *, seconds: float) -> set[str]:
    """The keys with this beginning that someone holds now, for `seconds` at most."""
    now = timezone.now()
    held = Lease.objects.filter(
        key__startswith=prefix, until__range=(now, now + timedelta(seconds=2 * seconds))
    )
    return set(held.values_list("key", flat=True))
