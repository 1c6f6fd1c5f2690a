"""Collecting from X through tweepy, against a server that speaks its protocol: what it costs, and what goes wrong."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from botdetect.models import Account, Harvest, Spending, Target
from botdetect.services.harvests import asking, paging, performing
from botdetect.services.harvests.asking import HarvestError
from disinfo.accounts.models import AuditEntry
from disinfo.leases import Hold
from tests.botdetect.factories import BotCollectionFactory
from tests.botdetect.fake_x import FIRST_USER, HALF, NOTHING, SAME, Mood
from tests.botdetect.harvesting import (
    asked,
    contents,
    estimated,
    finished,
    forget_pauses,
    go_on,
    is_whole,
    later,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# ── What it costs ────────────────────────────────────────────────────────────────────────────────────────


def test_a_search_is_estimated_before_anything_is_read(x):
    harvest = estimated()
    assert harvest.state == Harvest.State.READY
    assert (harvest.estimated_reads, harvest.estimated_money) == (120, Decimal("0.60"))
    assert harvest.money == Decimal("0.01"), "counting costs one call"
    assert [path for path, _query in x.requests] == ["/2/tweets/counts/recent"]


def test_a_search_brings_every_post_once_for_what_was_estimated(x):
    harvest = finished()
    assert harvest.state == Harvest.State.DONE
    assert is_whole(harvest)
    assert harvest.money == Decimal("0.61") == Spending.objects.get().money
    assert (harvest.calls, harvest.reads) == (3, 120)
    assert x.billed == {"post": 120, "user": 0, "follow": 0, "count": 1}
    assert harvest.job.state == "done"
    assert "$0.61 of $10.00" in harvest.job.stage


def test_authors_come_along_and_are_paid_when_they_are_asked_for(x):
    harvest = finished(query="invented", with_authors=True)
    assert x.billed["user"] == 12, "six on each page"
    assert harvest.money == Decimal("0.01") + 120 * Decimal("0.005") + 12 * Decimal("0.010")
    profile = Account.objects.get(collection=harvest.collection, name=str(FIRST_USER + 3))
    assert (profile.handle, profile.followers, profile.is_protected) == ("person3", 3, False)


def test_it_stops_at_its_budget_and_goes_on_with_a_larger_one(x):
    harvest = finished(most="0.30")
    assert harvest.state == Harvest.State.SPENT
    assert harvest.money <= Decimal("0.30")
    assert x.billed["post"] == 58, "the last page was made as small as the money"
    go_on(harvest, most="1")
    assert harvest.state == Harvest.State.DONE
    assert is_whole(harvest)
    assert x.billed["post"] == 120


def test_a_budget_too_small_for_the_estimate_asks_nothing(x):
    harvest = estimated(most="0.005")
    assert harvest.state == Harvest.State.SPENT
    assert x.requests == []
    assert harvest.money == 0


def test_the_budget_of_the_month_stops_all_harvests_together(x, settings):
    settings.BOTS_X_MONTH_BUDGET = Decimal("0.70")
    first, second = finished(most="0.70"), estimated(most="0.70")
    go_on(second)
    assert first.state == Harvest.State.DONE
    assert second.state == Harvest.State.SPENT
    assert Spending.objects.get().money == first.money + second.money <= Decimal("0.70")
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=True):
        go_on(second)
    assert second.state == Harvest.State.DONE


def test_a_budget_beyond_that_of_the_month_is_refused(x):
    with pytest.raises(HarvestError, match="100"):
        asked(most="101")
    with pytest.raises(HarvestError, match="100"):
        asking.start(harvest=estimated(), most_money=Decimal(150), actor=None)


def test_without_a_token_nothing_can_be_asked(settings):
    settings.BOTS_X_TOKEN = ""
    with pytest.raises(HarvestError, match="BOTS_X_TOKEN"):
        asked()


def test_what_was_counted_before_a_crash_stays_counted(x, monkeypatch):
    harvest = estimated()

    class Killed(BaseException):
        """As a kill would: nothing is tidied."""

    def die(*_args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(paging, "_keep", die)
        with pytest.raises(Killed):
            go_on(harvest)
    harvest.refresh_from_db()
    assert harvest.money == Decimal("0.51"), "the page that was lost counts in full"
    assert Spending.objects.get().money == harvest.money
    later(harvest)
    assert is_whole(harvest)
    assert harvest.money == Decimal("1.11")


def test_a_crash_after_a_page_was_written_doubles_nothing(x, monkeypatch):
    harvest = estimated()

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(paging, "_note", die)
        with pytest.raises(KeyboardInterrupt):
            go_on(harvest)
    assert paging.parts_of(harvest).tables()
    assert Target.objects.get().cursor == "", "the cursor did not move"
    assert is_whole(later(harvest))


# ── What goes wrong ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("status", "word"), [(401, "401"), (403, "403")])
def test_a_refusal_ends_it_says_why_and_costs_nothing(x, status, word):
    harvest = estimated()
    x.moods = [None, Mood(status, body={"title": "Client Forbidden", "detail": "not enrolled"})]
    go_on(harvest)
    assert harvest.state == Harvest.State.FAILED
    assert word in harvest.problem
    assert "not enrolled" in harvest.problem
    assert harvest.money == Decimal("0.51")
    assert len(set(contents(harvest))) == 100, "what came before is kept"
    assert is_whole(go_on(harvest))


def test_a_wrong_token_is_told(x, settings):
    settings.BOTS_X_TOKEN = "other"
    assert "401" in estimated().problem


def test_when_x_is_asked_too_often_it_goes_on_at_the_reset_and_nothing_is_lost(x):
    harvest = estimated()
    reset = int(time.time()) + 700
    x.moods = [None, Mood(429, {"x-rate-limit-reset": str(reset)})]
    go_on(harvest)
    assert harvest.state == Harvest.State.RUNNING
    assert 690 <= (harvest.resume_at - timezone.now()).total_seconds() <= 702
    count = len(x.requests)
    performing.perform(harvest=harvest)
    assert len(x.requests) == count, "nothing is asked before"
    assert not Harvest.objects.due().exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=705), tick=True):
        forget_pauses()
        assert asking.sweep() == 1
        performing.perform(harvest=harvest)
    assert is_whole(harvest)
    assert Spending.objects.get().money == Decimal("0.61")


@pytest.mark.parametrize("mood", [Mood(500), Mood(503, {"Retry-After": "1"}), Mood(HALF), Mood(NOTHING)])
def test_after_an_error_or_half_an_answer_the_same_page_is_asked_again(x, mood):
    harvest = estimated()
    x.moods = [None, mood]
    go_on(harvest)
    assert harvest.state == Harvest.State.RUNNING
    assert harvest.resume_at > timezone.now()
    assert is_whole(later(harvest))
    pages = [query.get("next_token") for path, query in x.requests if "search" in path]
    assert pages == [None, "token-100", "token-100"]
    # Half an answer may have been billed in full.
    assert harvest.money in {Decimal("0.61"), Decimal("1.11")}


def test_a_server_that_is_down_for_long_is_given_up_and_may_go_on_later(x):
    harvest = estimated()
    x.moods = [Mood(500)] * 8
    go_on(harvest)
    for _ in range(7):
        later(harvest)
    assert harvest.state == Harvest.State.FAILED
    assert harvest.money == Decimal("0.01")
    assert is_whole(go_on(harvest))


def test_a_cursor_that_x_forgot_is_replaced_by_the_oldest_post(x):
    harvest = estimated()
    x.expired = {"token-100"}
    go_on(harvest)
    assert is_whole(harvest)
    last = x.requests[-1][1]
    assert "next_token" not in last
    assert last["until_id"] == x.posts[20]["id"]


def test_a_server_that_gives_one_page_for_ever_is_not_paid_for_ever(x):
    harvest = estimated()
    x.moods = [Mood(SAME)] * 20
    go_on(harvest)
    assert harvest.state == Harvest.State.DONE
    assert len(x.requests) < 6
    assert Target.objects.get().problem


def test_a_query_that_x_does_not_understand_is_told(x):
    x.moods = [Mood(400, body={"errors": [{"message": "Invalid 'query'"}]})]
    harvest = estimated()
    assert harvest.state == Harvest.State.FAILED
    assert "Invalid 'query'" in harvest.problem


def test_posts_that_are_not_as_they_should_be_are_counted_and_passed_over(x):
    x.post(120, 0, created_at="never")
    x.post(121, 0, author_id=None)
    harvest = finished()
    assert harvest.unread == 2
    assert is_whole(harvest)


def test_the_same_search_again_reads_only_what_is_new(x):
    first = finished()
    x.post(120, 1)
    again = finished(collection=first.collection)
    assert again.reads == 1
    assert is_whole(again, 121)


def test_with_the_archive_the_whole_of_it_is_searched(x):
    finished(query="invented", is_archive=True, start="2026-01-01T00:00:00+00:00")
    assert {path for path, _query in x.requests} == {"/2/tweets/counts/all", "/2/tweets/search/all"}
    assert x.requests[-1][1]["start_time"] == "2026-01-01T00:00:00Z"


def test_one_that_is_asked_to_stop_stops_before_the_next_call(x):
    harvest = estimated()
    asking.start(harvest=harvest, most_money=Decimal(1), actor=None, is_queued=False)
    asking.stop(harvest=harvest, actor=None)
    later(harvest)
    assert harvest.state == Harvest.State.STOPPED
    assert len(x.requests) == 1
    assert is_whole(go_on(harvest))


def test_one_that_is_stopped_while_it_is_estimated_asks_nothing(x):
    harvest = asked()
    asking.stop(harvest=harvest, actor=None)
    later(harvest)
    assert harvest.state == Harvest.State.STOPPED
    assert x.requests == []
    assert go_on(harvest).state == Harvest.State.READY


def test_what_nobody_foresaw_ends_it_and_is_not_paid_again_and_again(x, monkeypatch):
    harvest = estimated()
    with monkeypatch.context() as patched:
        patched.setattr(paging, "_note", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            go_on(harvest)
    harvest.refresh_from_db()
    assert harvest.state == Harvest.State.FAILED
    assert "ZeroDivisionError" in harvest.problem
    assert asking.sweep() == 0
    assert is_whole(go_on(harvest))


def test_two_workers_are_never_on_one(x):
    harvest = asked()
    assert Hold(f"bots-harvest:{harvest.pk}", seconds=60)
    performing.perform(harvest=harvest)
    assert x.requests == []


def test_who_asked_for_what_is_in_the_trail(x):
    rita = UserFactory(is_staff=True)
    harvest = asking.ask(
        collection=BotCollectionFactory(),
        kind="search",
        asked={"query": "invented"},
        most_money=Decimal(3),
        actor=rita,
        is_queued=False,
    )
    entry = AuditEntry.objects.get(verb="bots.harvest_asked")
    assert entry.actor == rita.email
    assert entry.detail["most_money"] == "3"
    assert harvest.created_by == rita
