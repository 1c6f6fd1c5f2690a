"""Collecting live: Mastodon's stream with its refusals, and a collector begun and stopped on a page."""

import asyncio
import threading
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from websockets.asyncio.server import serve

from botdetect import eventfile
from botdetect.collectors import mastodon, websocket
from botdetect.collectors.budget import Budget
from botdetect.collectors.parts import Parts
from botdetect.collectors.websocket import RefusedError
from botdetect.models import Collection
from botdetect.services import streams
from disinfo.accounts.models import AuditEntry
from disinfo.leases import Hold
from disinfo.portal.models import Job
from tests.botdetect.fake_jetstream import FakeJetstream, shares_until
from tests.botdetect.fake_mastodon import FakeMastodon

pytestmark = pytest.mark.usefixtures("loop_of_its_own")


def collected(folder, server, budget, said):
    async def run():
        async with serve(server.answer, "127.0.0.1", 0, process_request=server.check) as running:
            port = running.sockets[0].getsockname()[1]
            source = mastodon.source(f"ws://127.0.0.1:{port}/api/v1/streaming", "hush")
            return await websocket.collect(source, Parts(folder), budget, say=said.append)

    return asyncio.run(run())


def shares_in(folder):
    return eventfile.add(folder / "all.parquet", Parts(folder / "stream").tables())


def test_posts_of_mastodon_become_shares_and_what_cannot_be_read_is_passed_over(tmp_path):
    server = FakeMastodon()
    assert collected(tmp_path / "stream", server, Budget(most_reads=24), []) == "24 reads"
    table = shares_in(tmp_path)
    assert eventfile.kinds_of(table) == {"repost": 10, "hashtags": 10, "url": 10}
    assert "news.example/a" in table["object"].to_pylist()
    assert server.tokens == ["Bearer hush"]


def test_what_a_server_sends_again_after_a_break_is_kept_once(tmp_path, monkeypatch):
    monkeypatch.setattr(websocket, "_FIRST_PAUSE", 0.01)
    server, said = FakeMastodon(), []
    collected(tmp_path / "stream", server, Budget(most_reads=72), said)
    assert len(server.tokens) == 3
    assert said
    # Forty different posts came, twenty of them twice.
    assert len(set(shares_in(tmp_path)["content"].to_pylist())) == 40


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_ends_the_collecting_and_says_so(tmp_path, status):
    server = FakeMastodon((status, {}))
    with pytest.raises(RefusedError, match=str(status)):
        collected(tmp_path, server, Budget(most_seconds=5), [])
    assert len(server.tokens) == 1, "it was not tried again"


@pytest.mark.parametrize("name", ["Retry-After", "X-RateLimit-Reset"])
def test_a_server_that_is_asked_too_often_is_left_alone_as_long_as_it_says(tmp_path, name):
    reset = timezone.now() + timedelta(seconds=3)
    asked = "2" if name == "Retry-After" else f"{reset:%Y-%m-%dT%H:%M:%SZ}"
    server, began = FakeMastodon((429, {name: asked})), time.monotonic()
    assert collected(tmp_path / "stream", server, Budget(most_reads=10), []) == "10 reads"
    assert time.monotonic() - began > 1.5


def test_an_absurd_wait_does_not_outlast_the_budget(tmp_path):
    server, began = FakeMastodon((429, {"Retry-After": "99999"})), time.monotonic()
    assert collected(tmp_path, server, Budget(most_seconds=1.5), []) == "1.5 seconds"
    assert time.monotonic() - began < 60


@pytest.fixture
def jetstream(settings):
    """A Jetstream in a thread of its own."""
    server, ready, loop = FakeJetstream(total=1000), threading.Event(), asyncio.new_event_loop()

    async def run():
        async with serve(server.answer, "127.0.0.1", 0) as running:
            settings.BOTS_JETSTREAM = f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}/subscribe"
            ready.set()
            await over.wait()

    over = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait()
    yield server
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()


def begin(as_, organisation, **changed):
    collection = Collection.objects.create(name="Live", organisation=organisation)
    budget = {"source": "bluesky", "minutes": 5, "most_events": 500} | changed
    page = (
        as_("rita").post(reverse("bots:stream", args=[collection.pk]), budget, follow=True).content.decode()
    )
    return collection, page


@pytest.mark.django_db
@pytest.mark.usefixtures("jetstream")
def test_a_reviewer_collects_within_a_budget_that_the_page_shows(as_, organisation):
    collection, page = begin(as_, organisation)
    assert "0 of 500 events" in page
    assert "Stop collecting" in page
    streams.perform(job=Job.objects.get(kind=streams.KIND))
    page = as_("rita").get(collection.get_absolute_url()).content.decode()
    assert "500 of 500 events" in page
    assert "Stop collecting" not in page
    collection.refresh_from_db()
    assert collection.shares == shares_until(500)
    assert AuditEntry.objects.filter(verb="bots.stream_started").exists()


@pytest.mark.django_db
def test_a_second_collector_is_not_begun(as_, organisation):
    collection, _page = begin(as_, organisation)
    again = as_("rita").post(
        reverse("bots:stream", args=[collection.pk]),
        {"source": "bluesky", "minutes": 5, "most_events": 5},
        follow=True,
    )
    assert "already" in again.content.decode()
    assert Job.objects.filter(kind=streams.KIND).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed", [{"source": "x"}, {"minutes": 0}, {"minutes": 100_000}, {"most_events": "all"}]
)
def test_a_collector_without_a_budget_is_refused(as_, organisation, changed):
    _collection, page = begin(as_, organisation, **changed)
    assert "at most" in page
    assert not Job.objects.filter(kind=streams.KIND).exists()


@pytest.mark.django_db
def test_one_that_waits_is_stopped_at_once(as_, organisation):
    collection, _page = begin(as_, organisation)
    as_("rita").post(reverse("bots:stream", args=[collection.pk]), {"stop": "1"})
    job = Job.objects.get(kind=streams.KIND)
    assert job.is_over
    streams.perform(job=job)
    assert not streams.parts_of(collection).tables()


@pytest.mark.django_db
def test_one_that_collects_stops_when_asked_and_keeps_what_it_has(as_, organisation, jetstream, monkeypatch):
    begin(as_, organisation, most_events=100_000)
    job = Job.objects.get(kind=streams.KIND)
    looks = []

    def stop_at_the_second_look(key):
        looks.append(key)
        return len(looks) > 1

    monkeypatch.setattr(streams.cache, "get", stop_at_the_second_look)
    began = time.monotonic()
    streams.perform(job=job)
    assert time.monotonic() - began < 60
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.result["events"] == 1000
    assert job.result["shares"] == shares_until(1000)


@pytest.mark.django_db
@pytest.mark.usefixtures("jetstream")
def test_one_that_was_killed_goes_on_with_what_is_left_of_its_budget(as_, organisation):
    collection, _page = begin(as_, organisation)
    job = Job.objects.get(kind=streams.KIND)
    job.state, job.result = Job.State.RUNNING, job.result | {"events": 400}
    job.save()
    assert streams.sweep() == 1
    assert streams.sweep() == 0, "it is queued already"
    streams.perform(job=job)
    job.refresh_from_db()
    assert job.result["events"] == 500
    collection.refresh_from_db()
    assert collection.shares == shares_until(100)


@pytest.mark.django_db
def test_a_worker_leaves_alone_what_another_is_on(as_, organisation):
    collection, _page = begin(as_, organisation)
    assert Hold(f"bots-stream:{collection.pk}", seconds=60)
    job = Job.objects.get(kind=streams.KIND)
    streams.perform(job=job)
    assert job.state == Job.State.WAITING
