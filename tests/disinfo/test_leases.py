"""One worker at a time."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from disinfo.leases import Hold, held_keys, lease
from disinfo.portal.models import Lease

pytestmark = pytest.mark.django_db


def test_the_second_to_ask_is_told_no_until_the_first_is_done():
    with lease("terms:1", seconds=60) as first:
        assert first
        with lease("terms:1", seconds=60) as second:
            assert not second
        with lease("terms:2", seconds=60) as other:
            assert other
    with lease("terms:1", seconds=60) as third:
        assert third


def test_what_a_killed_holder_left_is_free_after_its_time():
    Hold("terms:1", seconds=30)
    assert not Hold("terms:1", seconds=30)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert Hold("terms:1", seconds=30)


def test_renewing_keeps_it_and_tells_when_it_was_lost():
    held = Hold("terms:1", seconds=30)
    with time_machine.travel(timezone.now() + timedelta(seconds=20)):
        assert held.renew()
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        assert not Hold("terms:1", seconds=30)
    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        assert Hold("terms:1", seconds=30)
        assert not held.renew()


def test_who_lost_a_lease_does_not_free_it_for_others():
    late = Hold("terms:1", seconds=0.001)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert Hold("terms:1", seconds=60)
        late.release()
        assert Lease.objects.filter(key="terms:1").exists()


def test_what_is_held_can_be_listed():
    Hold("terms:1", seconds=30)
    Hold("terms:2", seconds=-1)
    assert held_keys("terms:", seconds=30) == {"terms:1"}


def test_one_that_was_taken_while_the_clock_was_wrong_holds_nobody_up():
    with time_machine.travel(timezone.now() + timedelta(days=365)):
        late = Hold("terms:1", seconds=30)
    assert held_keys("terms:", seconds=30) == set()
    assert Hold("terms:1", seconds=30)
    assert not late.renew()


def test_who_was_held_up_asks_whether_it_still_holds():
    held = Hold("terms:1", seconds=0)
    assert held.is_still_ours()
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        assert Hold("terms:1", seconds=30)
    assert not held.is_still_ours()
