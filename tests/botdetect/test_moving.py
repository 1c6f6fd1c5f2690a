"""What collections tell other tools: a domain's shares, and what is rising."""

import time

import pyarrow as pa
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from botdetect import eventfile, moving, trends
from botdetect.formats import Post
from botdetect.services import streams
from tests.botdetect.factories import BotCollectionFactory
from tests.factories import OrganisationFactory

NOW = 1_800_000_000.0


def table(rows):
    columns = list(zip(*rows, strict=True)) or [()] * 4
    names = ["kind", "object", "account", "time"]
    types = [pa.string(), pa.string(), pa.string(), pa.float64()]
    return pa.table([pa.array(each, kind) for each, kind in zip(columns, types, strict=True)], names=names)


def shares(what, accounts, hours_ago, kind="hashtags"):
    return [(kind, what, f"a{number}", NOW - 3_600 * hours_ago - 10) for number in range(accounts)]


def test_what_many_more_share_than_before_rises():
    rows = shares("#new", 12, 0) + shares("#always", 12, 0)
    for hour in range(1, 25):
        rows += shares("#always", 12, hour)
    assert trends.rising(table(rows), now=NOW) == [trends.Rising("hashtags", "#new", 12, 0.0)]


def test_one_account_that_repeats_itself_is_one():
    assert trends.rising(table(shares("#loud", 1, 0) * 50), now=NOW) == []


def test_what_is_old_or_of_tomorrow_does_not_rise():
    rows = shares("#old", 30, 1) + shares("#tomorrow", 30, -2)
    assert trends.rising(table(rows), now=NOW) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["url", "text"]),
            st.sampled_from("xyz"),
            st.sampled_from([f"a{n}" for n in range(15)]),
            st.floats(NOW - 200_000, NOW + 10_000),
        ),
        max_size=60,
    )
)
def test_whatever_was_shared_each_object_rises_once_with_accounts_that_are_there(rows):
    found = trends.rising(table(rows), now=NOW)
    assert len({(each.kind, each.object) for each in found}) == len(found)
    for each in found:
        last = {row[2] for row in rows if row[:2] == (each.kind, each.object) and 0 <= NOW - row[3] < 3_600}
        assert each.accounts == len(last) >= trends.LEAST_ACCOUNTS


@pytest.fixture
def live(settings, tmp_path, organisation):
    """A live collection in which fourteen accounts share one address now."""
    settings.MEDIA_ROOT = tmp_path
    collection = BotCollectionFactory(organisation=organisation, name="Vote", source="bluesky")
    posts = [
        Post(f"zorglub_{number}", f"p{number}", time.time() - 60, (("url", "sub.news.example/1?a=b"),))
        for number in range(14)
    ]
    collection.folder.mkdir(parents=True)
    eventfile.add(collection.events_path, [eventfile.table_of(posts)])
    return collection


@pytest.mark.django_db
def test_a_domain_is_found_with_its_parts_by_who_may_read(live, people):
    [card] = moving.shared_from("news.example", people["rita"])
    assert card.summary.startswith("14 shares · 14 accounts")
    assert moving.shared_from("ews.example", people["rita"]) == []
    assert moving.shared_from("news.example", people["alice"]) == []


@pytest.mark.django_db
def test_what_rises_is_told_while_a_stream_is_collected_from_the_page_of_a_collection(
    settings, tmp_path, people, organisation
):
    settings.MEDIA_ROOT = tmp_path
    collection = BotCollectionFactory(organisation=organisation)
    address = collection.get_absolute_url()
    assert moving.followed(people["rita"], organisation) == []
    streams.start(collection=collection, name="bluesky", minutes=5, most_events=9, actor=people["rita"])
    assert [card.url for card in moving.followed(people["rita"], organisation)] == [address]
    assert moving.rising(address, organisation) == []
    posts = [Post(f"a{n}", f"p{n}", time.time() - 60, (("url", "news.example/1"),)) for n in range(14)]
    streams.parts_of(collection).add(posts[:8], 1)
    streams.parts_of(collection).add(posts[4:], 2)
    [rising] = moving.rising(address, organisation)
    assert "14 accounts in the last hour" in rising.summary
    streams.take_over(collection=collection)
    assert [each.summary for each in moving.rising(address, organisation)] == [rising.summary]


@pytest.mark.django_db
def test_a_collection_is_followed_by_its_own_organisation_only(live, people, organisation):
    assert [card.url for card in moving.followed(people["rita"], organisation)] == [live.get_absolute_url()]
    assert moving.followed(people["alice"], organisation) == []
    assert moving.followed(people["rita"], None) == []
    [rising] = moving.rising(live.get_absolute_url(), organisation)
    assert rising.title == "sub.news.example/1?a=b"
    assert "14 accounts in the last hour; 0.0 an hour" in rising.summary
    with override("fr"):
        assert "0,0 par heure" in moving.rising(live.get_absolute_url(), organisation)[0].summary
    assert "zorglub" not in f"{rising.title} {rising.summary} {rising.url}"
    for other in (OrganisationFactory(), None):
        assert moving.rising(live.get_absolute_url(), other) == []
