"""Live collection from a stream that breaks, lies and repeats itself."""

import asyncio
import json
from decimal import Decimal

import pytest
from websockets.asyncio.server import serve

from botdetect import eventfile
from botdetect.collectors import jetstream, websocket
from botdetect.collectors.budget import Budget, BudgetSpentError
from botdetect.collectors.parts import Parts
from botdetect.services import streams
from disinfo.leases import Hold
from tests.botdetect.factories import BotCollectionFactory
from tests.botdetect.fake_jetstream import START, FakeJetstream, event, shares_until

pytestmark = pytest.mark.usefixtures("loop_of_its_own")


def collected(folder, server, budget):
    """What collecting from this server leaves in the folder; gives how it ended."""

    async def run():
        async with serve(server.answer, "127.0.0.1", 0) as running:
            port = running.sockets[0].getsockname()[1]
            return await websocket.collect(
                jetstream.source(f"ws://127.0.0.1:{port}/subscribe"), Parts(folder), budget
            )

    return asyncio.run(run())


def shares_in(folder):
    return eventfile.add(folder / "all.parquet", Parts(folder / "stream").tables())


def test_the_events_of_a_stream_become_shares(tmp_path):
    ended = collected(tmp_path / "stream", FakeJetstream(total=500), Budget(most_reads=500))
    assert ended == "500 reads"
    table = shares_in(tmp_path)
    assert eventfile.kinds_of(table) == {"repost": 300, "url": 100, "text": 100}
    assert len(table) == shares_until(500)
    assert table["time"].to_pylist()[0] >= START / 1_000_000


def test_only_posts_and_reposts_are_asked_for(tmp_path):
    server = FakeJetstream(total=10)
    collected(tmp_path, server, Budget(most_reads=10))
    assert server.connections[0]["wantedCollections"] == list(jetstream.COLLECTIONS)
    assert "cursor" not in server.connections[0]


def test_a_stream_that_breaks_is_taken_up_where_it_broke_and_nothing_is_lost_or_doubled(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(websocket, "_FIRST_PAUSE", 0.01)
    server = FakeJetstream(total=1000, breaks_after=130)
    collected(tmp_path / "stream", server, Budget(most_seconds=3))
    assert len(server.connections) > 5
    assert all("cursor" in query for query in server.connections[1:])
    assert len(shares_in(tmp_path)) == shares_until(1000)


def test_the_next_collector_goes_on_from_the_last_part(tmp_path):
    collected(tmp_path / "stream", FakeJetstream(total=1000), Budget(most_reads=400))
    server = FakeJetstream(total=1000)
    collected(tmp_path / "stream", server, Budget(most_seconds=1.5))
    assert int(server.connections[0]["cursor"][0]) == START + 399 * 500
    assert len(shares_in(tmp_path)) == shares_until(1000)


def test_a_part_is_there_whole_or_not_at_all(tmp_path):
    parts = Parts(tmp_path)
    parts.add([jetstream.post_of(json.loads(event(0)))], START)
    (tmp_path / "draft").write_bytes(b"half a file of a killed process")
    assert Parts(tmp_path).cursor() == START
    assert len(Parts(tmp_path).tables()) == 1


def test_nobody_there_is_tried_again_until_the_time_is_spent(tmp_path):
    said = []
    ended = asyncio.run(
        websocket.collect(
            jetstream.source("ws://127.0.0.1:9/subscribe"),
            Parts(tmp_path),
            Budget(most_seconds=1),
            say=said.append,
        )
    )
    assert ended == "1 seconds"
    assert said


@pytest.mark.parametrize(
    "event_",
    [
        {},
        {"kind": "identity"},
        {"kind": "commit", "commit": None},
        {
            "kind": "commit",
            "commit": {"operation": "create", "collection": "app.bsky.feed.repost", "record": {}},
        },
        {
            "kind": "commit",
            "did": "d",
            "time_us": "soon",
            "commit": {
                "operation": "create",
                "collection": "app.bsky.feed.post",
                "record": {"text": "x"},
                "rkey": "1",
            },
        },
        {
            "kind": "commit",
            "did": "d",
            "time_us": 5,
            "commit": {
                "operation": "create",
                "collection": "app.bsky.feed.post",
                "record": {"facets": [{"features": [None]}]},
                "rkey": "1",
            },
        },
    ],
)
def test_an_event_that_is_not_as_it_should_be_is_passed_over(event_):
    assert jetstream.post_of(event_) is None


def test_a_budget_stops_before_the_call_that_would_go_beyond_it():
    budget = Budget(most_money=Decimal("1.00"), price=Decimal("0.010"))
    budget.ask(100)
    budget.spend(100)
    assert budget.money == Decimal("1.000")
    with pytest.raises(BudgetSpentError, match="money"):
        budget.ask(1)
    with pytest.raises(BudgetSpentError, match="reads"):
        Budget(most_reads=5).ask(6)


@pytest.mark.django_db
def test_a_stream_fills_a_collection_and_two_never_do_at_once(monkeypatch, tmp_path):
    collection = BotCollectionFactory()

    async def bring(_source, parts, budget, *, say):
        budget.spend(20)
        parts.add(
            [post for number in range(20) if (post := jetstream.post_of(json.loads(event(number))))], START
        )
        return "20 reads"

    monkeypatch.setattr(streams, "collect", bring)
    said = []
    new = streams.collect_stream(collection=collection, name="bluesky", budget=Budget(), say=said.append)
    assert new == collection.shares == shares_until(20)
    assert "20 events read" in said[0]
    assert streams.take_over(collection=collection) == 0
    assert Hold(f"bots-stream:{collection.pk}", seconds=60)
    with pytest.raises(streams.StreamBusyError):
        streams.collect_stream(collection=collection, name="bluesky", budget=Budget(), say=said.append)
