"""The follower crawl from seed accounts, with the dormant rule on the way, and its pages, program and command."""

import csv
import io
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from botdetect import eventfile
from botdetect.minhash import similar_groups
from botdetect.models import Account, Collection, Harvest, Target
from botdetect.services.harvests import performing
from disinfo.accounts import services as accounts
from disinfo.accounts.models import AuditEntry, Role
from tests.botdetect.fake_x import FIRST_USER, FakeX, Mood
from tests.botdetect.harvesting import estimated, finished, forget_pauses, go_on, later
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = "2026-11-22T12:00:00Z"
RULE = {"most_posts": 15, "least_ratio": 3.0, "newest_days": 60.0}


def name(number):
    return str(FIRST_USER + number)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def x(settings):
    """A seed (0) followed by twenty: 1 to 10 look dormant, the rest do not; 1 is followed by 30 to 34, dormant too."""
    fake = FakeX(page=7)
    fake.person(0, metrics={"followers_count": 20, "following_count": 1, "tweet_count": 900})
    for number in range(1, 11):
        fake.person(number)
    fake.person(11, metrics={"tweet_count": 16})
    fake.person(12, metrics={"followers_count": 200})
    fake.person(13, metrics={"followers_count": 0, "following_count": 0})
    fake.person(14, created_at="2026-09-01T00:00:00.000Z")
    fake.person(15, protected=True)
    fake.person(16, created_at="2027-01-01T00:00:00.000Z")
    for number in range(17, 21):
        fake.person(number, metrics={"followers_count": 300})
    for number in range(30, 35):
        fake.person(number)
    fake.follows = {name(number): [name(0)] for number in range(1, 21)}
    fake.follows |= {name(number): [name(1)] for number in range(30, 35)}
    fake.follows[name(2)].append(name(1))
    fake.follows[name(0)] = [name(1)]
    with fake.serving():
        settings.BOTS_X_API, settings.BOTS_X_TOKEN = fake.address, "hush"
        settings.BOTS_X_MONTH_BUDGET = Decimal(100)
        settings.FETCH_ALLOW = [fake.address.removeprefix("http://")]
        settings.FETCH_HOST_DELAY_MS = 0
        forget_pauses()
        yield fake
    forget_pauses()


def crawled(depth=1, **changed):
    return finished("crawl", accounts=["@person0"], rule=RULE | changed, most_depth=depth)


def dormant(harvest):
    return {int(target.name) - FIRST_USER for target in harvest.targets.dormant()}


# ── The crawl ────────────────────────────────────────────────────────────────────────────────────────────


def test_followers_are_paged_to_the_end_and_the_rule_is_applied_on_the_way(x):
    harvest = crawled(depth=0)
    assert harvest.state == Harvest.State.DONE
    assert [query.get("pagination_token") for path, query in x.requests if "followers" in path] == [
        None,
        "token-7",
        "token-14",
    ]
    assert harvest.collection.kinds["follow"] == 20
    assert Account.objects.filter(collection=harvest.collection).count() == 21, "every profile that was seen"
    assert dormant(harvest) == set(range(1, 11)), "not the active, followed, empty, old, protected or unborn"


def test_the_followers_of_dormant_accounts_are_read_as_deep_as_was_asked(x):
    harvest = crawled(depth=1)
    assert dormant(harvest) == {*range(1, 11), *range(30, 35)}
    found = {target.name: target for target in harvest.targets.all()}
    assert (found[name(30)].depth, found[name(30)].through) == (2, name(1))
    assert found[name(30)].is_done
    asked = {path.split("/")[3] for path, _query in x.requests if path.endswith("followers")}
    assert asked == {name(number) for number in range(11)}, "not those beyond"
    assert crawled(depth=2).targets.left().count() == 0
    assert {path.split("/")[3] for path, _query in x.requests if path.endswith("followers")} > asked


def test_who_follows_in_a_circle_is_read_once(x):
    x.person(0)
    harvest = crawled(depth=5)
    asked = [
        path for path, query in x.requests if path.endswith("followers") and "pagination_token" not in query
    ]
    assert len(asked) == len(set(asked))
    assert harvest.targets.get(name=name(0)).depth == 0


def test_the_rule_has_parameters(x):
    assert 14 in dormant(crawled(depth=0, newest_days=None))
    assert 11 in dormant(crawled(depth=0, most_posts=16))
    assert dormant(crawled(depth=0, least_ratio=200.0)) == set()


def test_a_crawl_stops_at_its_budget_and_goes_on(x):
    harvest = estimated("crawl", accounts=["@person0"], rule=RULE, most_depth=1, most="0.15")
    assert (harvest.estimated_reads, harvest.estimated_money) == (20, Decimal("0.20"))
    go_on(harvest)
    assert harvest.state == Harvest.State.SPENT
    assert harvest.money <= Decimal("0.15")
    assert x.billed["follow"] == 14
    go_on(harvest, most="1")
    assert harvest.state == Harvest.State.DONE
    assert harvest.collection.shares == 27
    assert x.billed["follow"] == 27, "nothing was paid twice"


def test_a_crawl_goes_on_after_errors_where_it_was(x):
    harvest = estimated("crawl", accounts=["@person0"], rule=RULE, most_depth=1)
    x.moods = [None, Mood(500), None, Mood("half"), None, Mood("nothing")]
    go_on(harvest)
    for _ in range(3):
        later(harvest)
    assert harvest.state == Harvest.State.DONE
    assert harvest.collection.shares == 27


def test_an_account_that_x_refuses_alone_does_not_end_the_crawl(x):
    harvest = estimated("crawl", accounts=["@person0"], rule=RULE, most_depth=1)
    refusal = {"errors": [{"resource_id": name(1), "resource_type": "user", "detail": "not allowed"}]}
    x.moods = [None, None, None, Mood(403, body=refusal)]
    go_on(harvest)
    assert harvest.state == Harvest.State.DONE
    assert "403" in harvest.targets.get(name=name(1)).problem
    assert harvest.collection.shares == 20 + 0


def test_what_a_crawl_brings_are_follow_sets_that_the_engine_reads(x):
    harvest = crawled()
    events = eventfile.events_of(harvest.collection.events_path, "follow")
    assert len(events.time) == 27
    sets = {}
    for row in eventfile.read(harvest.collection.events_path).to_pylist():
        sets.setdefault(row["account"], set()).add(row["object"])
    names = [name(2), name(30), name(31), name(32), name(5)]
    groups = similar_groups([frozenset(sets[who]) for who in names]).tolist()
    assert groups[1] == groups[2] == groups[3]
    assert len({groups[0], groups[1], groups[4]}) == 3


# ── Where it is reached from ─────────────────────────────────────────────────────────────────────────────


CRAWL = {
    "kind": "crawl",
    "accounts": "@person0",
    "most_posts": 15,
    "least_ratio": 3,
    "newest_days": 60,
    "most_depth": 1,
    "most_money": "2",
}


def test_a_reviewer_has_it_estimated_starts_it_and_takes_the_dormant_ones_along(x, as_, organisation):
    rita = as_("rita")
    collection = Collection.objects.create(name="Crawl", organisation=organisation)
    page = rita.get(collection.get_absolute_url()).content.decode()
    assert reverse("bots:new_harvest", args=[collection.pk]) in page
    form = rita.get(reverse("bots:new_harvest", args=[collection.pk])).content.decode()
    assert "$0.01" in form
    answer = rita.post(reverse("bots:new_harvest", args=[collection.pk]), CRAWL)
    harvest = Harvest.objects.get()
    assert answer.url == harvest.get_absolute_url()
    performing.perform(harvest=harvest)
    page = rita.get(harvest.get_absolute_url()).content.decode()
    assert "20 results, $0.20" in page
    assert len(x.requests) == 1, "nothing is read before the start"
    rita.post(reverse("bots:start_harvest", args=[harvest.pk]), {"most_money": "1.50"})
    performing.perform(harvest=harvest)
    page = rita.get(harvest.get_absolute_url()).content.decode()
    assert "15 accounts matched the rule" in page
    assert "$1.50" in page
    answer = rita.post(reverse("bots:dormant", args=[harvest.pk]), {"reason": "to be looked at"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 15
    first = next(row for row in rows if row["account"] == name(1))
    assert (first["handle"], first["depth"], first["through"]) == ("person1", "1", name(0))
    assert (first["followers"], first["followings"], first["posts"]) == ("3", "400", "2")
    assert AuditEntry.objects.get(verb="bots.exported").detail["reason"] == "to be looked at"
    assert str(harvest.money) in page or f"${harvest.money:.2f}" in page
    assert "Collecting from X" in rita.get(collection.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "everything"},
        {"accounts": ""},
        {"accounts": "not an account!"},
        {"most_money": "-1"},
        {"most_money": "101"},
        {"most_depth": 9},
        {"kind": "search", "query": ""},
        {"kind": "search", "query": "x", "start": "2026-02-02", "end": "2026-02-01"},
    ],
)
def test_what_cannot_be_asked_is_told_on_the_form(x, as_, organisation, changed):
    collection = Collection.objects.create(name="Crawl", organisation=organisation)
    answer = as_("rita").post(reverse("bots:new_harvest", args=[collection.pk]), CRAWL | changed)
    assert answer.status_code == 400
    assert "error" in answer.content.decode()
    assert not Harvest.objects.exists()


def test_one_under_way_is_stopped_on_its_page_and_not_started_twice(x, as_, organisation):
    rita = as_("rita")
    collection = Collection.objects.create(name="Crawl", organisation=organisation)
    rita.post(reverse("bots:new_harvest", args=[collection.pk]), CRAWL)
    harvest = Harvest.objects.get()
    answer = rita.post(reverse("bots:start_harvest", args=[harvest.pk]), {"most_money": "1"}, follow=True)
    assert "under way" in answer.content.decode()
    performing.perform(harvest=harvest)
    rita.post(reverse("bots:start_harvest", args=[harvest.pk]), {"most_money": "1"})
    rita.post(reverse("bots:stop_harvest", args=[harvest.pk]))
    performing.perform(harvest=harvest)
    harvest.refresh_from_db()
    assert harvest.state == Harvest.State.STOPPED
    assert "Go on" in rita.get(harvest.get_absolute_url()).content.decode()


def test_programs_ask_start_and_stop(x, client, organisation):
    rita = UserFactory()
    MembershipFactory(user=rita, organisation=organisation, role=Role.MODERATOR)
    collection = Collection.objects.create(name="Crawl", organisation=organisation)
    _token, secret = accounts.create_token(user=rita, name="hers", scopes=["read", "bots:collect"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {secret}", "content_type": "application/json"}
    asked = {"accounts": ["@person0"], "most_depth": 0}
    given = {"collection": collection.pk, "kind": "crawl", "asked": asked, "most_money": "1.00"}
    made = client.post(reverse("api_bots_harvests"), given, **head)
    assert made.status_code == 201, made.content
    harvest = Harvest.objects.get()
    assert harvest.asked["rule"] == RULE
    performing.perform(harvest=harvest)
    seen = client.get(reverse("api_bots_harvest", args=[harvest.pk]), **head).json()
    assert (seen["state"], seen["estimated_money"], seen["most_money"]) == ("ready", "0.200000", "1.00")
    started = client.post(reverse("api_bots_harvest_start", args=[harvest.pk]), {"most_money": "0.5"}, **head)
    assert started.json()["state"] == "running"
    stopped = client.post(reverse("api_bots_harvest_stop", args=[harvest.pk]), {}, **head)
    assert stopped.status_code == 200
    for wrong in ({"asked": []}, {"asked": {"colour": 1}}, {"most_money": "1000"}, {"kind": "search"}):
        assert client.post(reverse("api_bots_harvests"), given | wrong, **head).status_code == 400
    _token, secret = accounts.create_token(user=rita, name="other", scopes=["read"])
    head["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    assert client.post(reverse("api_bots_harvests"), given, **head).status_code == 403


def test_the_command_prints_the_estimate_and_reads_only_when_told(x, capsys):
    call_command("botdetect_harvest", "Followers", "followers", "@person0", most_money=Decimal(1))
    assert "estimated $0.20" in capsys.readouterr().out
    assert Target.objects.filter(is_done=False).count() == 1
    call_command(
        "botdetect_harvest", "Followers", "crawl", "@person0", most_money=Decimal(1), yes=True, most_depth=0
    )
    assert "done: 4 calls" in capsys.readouterr().out
    assert Collection.objects.get().kinds["follow"] == 20
    with pytest.raises(CommandError, match="account"):
        call_command("botdetect_harvest", "Followers", "crawl", "a b!c", most_money=Decimal(1))
    with pytest.raises(CommandError, match="none"):
        call_command("botdetect_harvest", "Followers", "followers", "@nobody", most_money=Decimal(1))
