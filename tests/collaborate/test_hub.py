"""The hub: everything once, in order, whatever the way it came."""

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collaborate.live.bus import Telling
from collaborate.live.hub import MOST_BYTES_WAITING, Hub, Stream


class Known:
    """A database that has everything up to `clock`."""

    def __init__(self, clock: int) -> None:
        self.clock = clock
        self.seen: list[tuple[int, list[int]]] = []

    async def clocks(self, rooms: list[int]) -> dict[int, int]:
        return dict.fromkeys(rooms, self.clock)

    async def since(self, room: int, clock: int) -> list[Telling]:
        return [telling(each) for each in range(clock + 1, self.clock + 1)]

    async def saw(self, message: int, users: list[int]) -> None:
        self.seen.append((message, users))


def apart(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: browser tests keep an event loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def telling(clock: int, **values: Any) -> Telling:
    return Telling(room=1, clock=clock, frame=f"{clock};", **values)


def listener(
    hub: Hub, user: int = 1, room: int | None = 1, counted: tuple[int, ...] = (), at: int = 0
) -> Stream:
    stream = Stream(user=user, name="x", room=room, counted=counted)
    hub.join(stream, asked_at=0.5)
    if room:
        hub.starts_at(room, at)
    stream.release(at)
    return stream


def sent(stream: Stream) -> str:
    return b"".join(stream._waiting).decode()


async def nobody(_hub: Hub, _server: Any) -> None:
    """No presence."""


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8)))
@settings(max_examples=50)
def test_what_comes_in_any_order_and_twice_goes_out_in_order_and_once(order, again):
    async def run() -> None:
        hub = Hub(Known(8), nobody)
        stream = listener(hub)
        for clock in [*order, *again]:
            hub.take(telling(clock))
        assert sent(stream) == "1;2;3;4;5;6;7;8;"

    apart(run())


def test_what_never_came_is_fetched_and_what_waited_behind_it_follows():
    async def run() -> None:
        hub = Hub(Known(3), nobody)
        stream = listener(hub)
        hub.take(telling(3))
        assert sent(stream) == ""
        await hub._repair_rooms([1])
        assert sent(stream) == "1;2;3;"
        hub.take(telling(4))
        assert sent(stream) == "1;2;3;4;"

    apart(run())


def test_a_stream_that_is_catching_up_loses_nothing_that_comes_meanwhile():
    async def run() -> None:
        hub = Hub(Known(0), nobody)
        listener(hub, user=2)
        late = Stream(user=1, name="x", room=1, counted=())
        hub.join(late, asked_at=0.5)
        for clock in (1, 2, 3):
            hub.take(telling(clock))
        late.release(2)  # the database had already given the first two
        assert sent(late) == "3;"

    apart(run())


def test_rooms_that_are_only_counted_get_no_content():
    async def run() -> None:
        hub = Hub(Known(0), nobody)
        stream = listener(hub, room=2, counted=(1,))
        hub.take(telling(1, brief="new;"))
        assert sent(stream) == "new;"

    apart(run())


def test_a_person_whose_rights_changed_is_cut_off_at_once_and_the_others_are_not():
    async def run() -> None:
        hub = Hub(Known(0), nobody)
        gone, stays = listener(hub, user=1), listener(hub, user=2)
        hub.take(Telling(people=(1,), closes=True))
        assert gone.is_over
        assert not stays.is_over

    apart(run())


def test_rights_lost_while_one_was_being_let_in_are_lost():
    async def run() -> None:
        hub = Hub(Known(0), nobody)
        asked_at = time.monotonic()
        hub.take(Telling(people=(1,), closes=True))
        stream = Stream(user=1, name="x", room=1, counted=())
        hub.join(stream, asked_at=asked_at)
        assert stream.is_over

    apart(run())


def test_a_client_that_does_not_read_is_cut_off_before_it_fills_the_memory():
    async def run() -> None:
        stream = listener(Hub(Known(0), nobody))
        stream.push(b"x" * (MOST_BYTES_WAITING + 1))
        assert stream.is_over

    apart(run())


def test_who_is_shown_a_watched_message_is_written_down_once():
    async def run() -> None:
        memory = Known(0)
        hub = Hub(memory, nobody)
        listener(hub, user=1), listener(hub, user=1), listener(hub, user=2)
        hub.take(telling(1, message=9, is_watched=True))
        await asyncio.sleep(0)
        assert memory.seen == [(9, [1, 2])]

    apart(run())


def test_nothing_is_kept_of_streams_that_left():
    async def run() -> None:
        hub = Hub(Known(0), nobody)
        stream = listener(hub, counted=(5,))
        hub.leave(stream)
        assert [hub.feeds, hub.counters, hub.people] == [{}, {}, {}]

    apart(run())
