"""Figures of large libraries are counted by a worker and kept, and say the same as counting now."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaborate.models import Watch
from collaborate.services import watching
from political_ads import advertiser_figures, comparisons, library_tasks
from political_ads.labels import Label
from political_ads.models import Advertiser, Alert, LibrarySnapshot, Task
from political_ads.services import alerts
from tests.collaborate import factories
from tests.political_ads.library_factories import SourceFactory, look, moment, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    """Four ads, of which two go, one of them not political as citizens say, and one comes that ran before."""
    source = SourceFactory(slug="chirper", name="Chirper", retention_days=30)
    rows = [record(str(number), advertiser_id=f"page{number % 2}") for number in range(4)]
    look(source, "2019-05-01", rows)
    late = record("9", started_on=moment("2019-02-01"))
    look(source, "2019-05-05", [*rows[:2], late])
    look(source, "2019-05-10", [*rows[:2], late])
    Task.objects.filter(creative__ads__external_id="3").update(
        top=Label.NOT_POLITICAL, state=Task.State.RETIRED
    )
    cache.clear()
    return source


def pair():
    complete = list(LibrarySnapshot.objects.complete().order_by("taken_at"))
    return complete[0], complete[-1]


def test_each_number_of_a_comparison_counts_what_it_says(source):
    figures = comparisons.compare(*pair())
    assert (figures.before, figures.after, figures.added, figures.removed) == (4, 3, 1, 2)
    assert (figures.back_filled, figures.reclassified, figures.explained, figures.confirmed) == (1, 1, 0, 2)


def test_retention_explains_only_what_ended_long_enough_before(source):
    earlier, later = pair()
    gone = earlier.source.ads.get(external_id="2")
    gone.stopped_on = later.taken_at - timedelta(days=31)
    gone.save()
    figures = comparisons.compare(earlier, later)
    assert (figures.explained, figures.reclassified, figures.unexplained) == (1, 1, 1)


def test_the_parts_of_a_comparison_add_up_to_the_whole(source):
    whole = comparisons.compare(*pair())
    for what in comparisons.BY:
        parts = [part.figures for part in comparisons.compare_by(what, *pair())]
        for name in ("before", "after", "added", "removed", "reclassified", "confirmed", "back_filled"):
            assert sum(getattr(part, name) for part in parts) == getattr(whole, name)


def test_a_worker_counts_so_that_no_reader_waits(source, client):
    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return [query["sql"] for query in queries if "is_explained" in query["sql"]]

    library_tasks.count_figures()
    assert not asked("/ads/removals/?source=chirper&by=advertiser")
    cache.clear()
    assert asked("/ads/removals/?source=chirper&by=advertiser")


def test_what_citizens_settled_since_is_counted_the_next_night(source):
    assert comparisons.compare(*pair()).reclassified == 1
    Task.objects.filter(creative__ads__external_id="2").update(
        top=Label.NOT_POLITICAL, state=Task.State.RETIRED
    )
    assert comparisons.compare(*pair()).reclassified == 1
    library_tasks.count_figures()
    assert comparisons.compare(*pair()).reclassified == 2


def test_a_large_advertiser_is_counted_by_night_and_a_small_one_at_once(source, monkeypatch):
    advertiser = Advertiser.objects.get(external_id="page0")
    assert advertiser_figures.profile_of(advertiser).figures.removed == 1
    advertiser.ads.update(presence="removed")
    assert advertiser_figures.profile_of(advertiser).figures.removed == 2
    monkeypatch.setattr(advertiser_figures, "LARGE", 2)
    library_tasks.count_figures()
    advertiser.ads.update(presence="present")
    assert advertiser_figures.profile_of(advertiser).figures.removed == 2
    library_tasks.count_figures()
    assert advertiser_figures.profile_of(advertiser).figures.removed == 0


def test_of_a_period_the_latest_ads_come_first(source, client):
    look(source, "2019-05-12", [record("a", started_on=moment("2019-03-01")), record("b", started_on=None)])
    page = client.get("/ads/library/?since=2019-01-01").context["page_obj"]
    assert [ad.external_id for ad in page.object_list][:2] == ["a", "9"]
    assert "b" not in {ad.external_id for ad in page.object_list}


def test_a_room_that_watches_ads_is_told_of_a_quarantine(source, people):
    room = factories.room(people["alice"])
    watch = Watch.objects.create(room=room, kind="tool", tool="ads", name="Ads", words="Chirper")

    def looked():
        Watch.objects.filter(pk=watch.pk).update(next_at=timezone.now())
        watch.refresh_from_db()
        watching.look(watch=watch)
        return [row.text for row in room.messages.order_by("number")]

    assert looked() == []
    alert = alerts.tell(kind=Alert.Kind.QUARANTINED, source=source, key="doubt", at=timezone.now(), count=3)
    assert [str(alert) in text for text in looked()] == [True]
    assert len(looked()) == 1
