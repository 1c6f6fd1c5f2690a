import threading
import time

import pytest

from disinfo.safe_http import (
    Client,
    HostGate,
    HostPausedError,
    HttpStatusError,
    MemoryTurns,
    Policy,
    parse_allowed,
)
from disinfo.safe_http.politeness import parse_retry_after
from tests.disinfo.loopback import reply, serving

NOON = 1_767_268_800  # 2026-01-01 12:00:00 UTC


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60.0),
        ("Thursday, 01-Jan-26 12:01:00 GMT", 60.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("9" * 400, None),
        ("１２", None),
        ("Thu, 99 Jan 2026 12:01:00 GMT", None),
    ],
)
def test_a_pause_is_asked_for_in_seconds_or_by_date(header, seconds):
    assert parse_retry_after(header, NOON) == seconds


def polite(server, **options):
    policy = Policy(user_agent="tests", allow=(parse_allowed(f"127.0.0.0/8:{server.port}"),))
    return Client(policy, gate=HostGate(**({"min_delay": 0, "patience": 0.3} | options)))


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_a_pause_is_left_alone(status):
    with serving(reply(status, b"", Retry_After="100")) as server, polite(server) as web:
        with pytest.raises(HttpStatusError) as refused:
            web.get(server.url)
        assert (refused.value.status, refused.value.retry_after) == (status, 100.0)
        with pytest.raises(HostPausedError) as paused:
            web.get(server.url)
        assert paused.value.is_transient
        assert 90 < paused.value.retry_after <= 100
        assert len(server.requests) == 1
        with pytest.raises(HttpStatusError):
            web.get(server.url.replace("127.0.0.1", "127.0.0.1."))


def test_a_pause_without_a_length_has_the_default_one_and_never_more_than_a_day():
    gate = HostGate(default_pause=7)
    assert gate.pause("a", None) == 7
    assert gate.pause("a", 1e9) == 86_400


def test_a_pause_shared_by_two_clients_holds_for_both():
    turns = MemoryTurns()
    busy = serving(reply(429, b"", Retry_After="50"))
    with busy as server, polite(server, turns=turns) as one, polite(server, turns=turns) as other:
        with pytest.raises(HttpStatusError):
            one.get(server.url)
        with pytest.raises(HostPausedError):
            other.get(server.url)


def test_requests_to_one_host_keep_their_distance():
    gate = HostGate(min_delay=0.1)
    times = []
    for _ in range(3):
        with gate.turn("a"):
            times.append(time.monotonic())
    assert times[2] - times[0] >= 0.199


def test_other_hosts_do_not_wait():
    turns = MemoryTurns(clock=lambda: 0.0)
    waits = [turns.reserve(host, delay=5, patience=60) for host in ("a", "a", "b", "a", "b")]
    assert waits == [0, 5, 0, 10, 5]


def test_no_more_than_so_many_requests_go_to_a_host_at_once():
    gate = HostGate(min_delay=0, max_concurrency=2, patience=5)
    inside, most = 0, 0
    lock = threading.Lock()

    def visit():
        nonlocal inside, most
        with gate.turn("a"):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=visit) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_who_cannot_get_in_is_told_so_and_takes_no_turn():
    gate = HostGate(min_delay=0, max_concurrency=1, patience=0.05)
    with gate.turn("a"), pytest.raises(HostPausedError), gate.turn("a"):
        pass
    with gate.turn("a"):
        pass


def test_a_turn_that_is_too_far_away_is_not_taken():
    now = [0.0]
    turns = MemoryTurns(clock=lambda: now[0])
    turns.pause("a", 10)
    for _ in range(5):
        assert turns.reserve("a", delay=1, patience=2) == 10
    now[0] = 9
    assert turns.reserve("a", delay=1, patience=2) == 1
    assert turns.reserve("a", delay=1, patience=2) == 2


def test_hosts_are_forgotten_when_there_are_many():
    now = [0.0]
    turns = MemoryTurns(clock=lambda: now[0])
    for n in range(20_000):
        now[0] += 1
        turns.reserve(str(n), delay=1, patience=1)
    assert len(turns._next) <= 10_001
