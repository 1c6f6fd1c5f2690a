"""When to look again."""

from hypothesis import given
from hypothesis import strategies as st

from terms_tracker import scheduling

FLOOR, CEILING, DAY = 900, 43_200, 86_400
waits = st.floats(min_value=0, max_value=1e9)


@given(waits, st.booleans())
def test_the_interval_stays_between_floor_and_ceiling(interval, has_changed):
    found = scheduling.next_interval(interval, has_changed=has_changed, floor=FLOOR, ceiling=CEILING)
    assert FLOOR <= found <= CEILING


def test_what_changes_is_looked_at_more_often_and_what_does_not_less():
    kept = {"floor": FLOOR, "ceiling": CEILING}
    assert scheduling.next_interval(7200, has_changed=True, **kept) < 7200
    assert scheduling.next_interval(7200, has_changed=False, **kept) > 7200


@given(st.integers(1, 10_000), st.one_of(st.none(), st.floats(0, 1e6)))
def test_a_retry_is_not_before_the_server_asked_for_up_to_a_day(failures, retry_after):
    wait = scheduling.retry_interval(
        failures, is_transient=True, retry_after=retry_after, floor=FLOOR, ceiling=CEILING
    )
    assert wait >= min(retry_after or 0, DAY)
    assert wait <= DAY


def test_what_is_wrong_for_good_waits_longest():
    kept = {"retry_after": None, "floor": 60, "ceiling": CEILING}
    waits = [scheduling.retry_interval(n, is_transient=True, **kept) for n in (1, 2, 3)]
    assert waits == [300, 600, 1200]
    assert scheduling.retry_interval(1, is_transient=False, **kept) == CEILING


@given(st.integers(), st.floats(1, 1e6))
def test_waits_are_spread_by_a_tenth_at_most(key, seconds):
    assert 0.9 * seconds <= scheduling.spread(seconds, key) <= 1.1 * seconds + 1e-6
