"""Collecting what accounts of X did, who they are and whom they follow; and what is kept of money and names."""

from decimal import Decimal

import pytest

from botdetect import eventfile
from botdetect.models import Account, Harvest, Target
from botdetect.services import retention
from botdetect.services.harvests import asking, money
from botdetect.services.harvests.asking import HarvestError
from tests.botdetect.fake_x import FIRST_USER
from tests.botdetect.harvesting import contents, estimated, finished, later
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_posts_of_accounts_are_read_account_by_account_and_later_only_the_new_ones(x):
    first = finished("posts", accounts=["@person0", str(FIRST_USER + 1), "@nobody"])
    assert len(set(contents(first))) == 40
    assert first.estimated_reads == 4, "as many as their profiles say"
    assert Target.objects.get(name="nobody").problem == "gone"
    x.post(120, 1)
    assert finished("posts", collection=first.collection, accounts=["@person0", "@person1"]).reads == 1


def test_profiles_are_read_by_the_hundred(x):
    for number in range(6, 150):
        x.person(number)
    x.suspended = {str(FIRST_USER + 7)}
    harvest = finished("users", accounts=[str(FIRST_USER + number) for number in range(150)] + ["@person3"])
    assert harvest.state == Harvest.State.DONE
    assert (harvest.calls, harvest.estimated_reads, harvest.reads) == (3, 151, 150)
    assert Account.objects.filter(collection=harvest.collection).count() == 149
    assert harvest.targets.exclude(problem="").get().problem == "suspended"


def test_followers_become_follow_events_with_the_followed_account_as_object(x):
    x.page = 2
    harvest = finished("followers", accounts=["@person0"])
    table = eventfile.read(harvest.collection.events_path)
    assert harvest.collection.kinds == {"follow": 5}
    assert set(table["object"].to_pylist()) == {str(FIRST_USER)}
    assert set(table["account"].to_pylist()) == {str(FIRST_USER + number) for number in range(1, 6)}
    assert len(set(table["time"].to_pylist())) == 1
    assert harvest.estimated_reads == 5
    assert len(x.requests) == 4


def test_those_an_account_follows_too(x):
    harvest = finished("following", accounts=["@person1", "@person2"])
    rows = eventfile.read(harvest.collection.events_path).to_pylist()
    assert {(row["account"], row["object"]) for row in rows} == {
        (str(FIRST_USER + number), str(FIRST_USER)) for number in (1, 2)
    }


def test_accounts_that_x_does_not_show_are_told(x):
    x.suspended = {str(FIRST_USER)}
    harvest = estimated("followers", accounts=[str(FIRST_USER)])
    assert harvest.state == Harvest.State.FAILED
    assert "none" in harvest.problem


def test_a_protected_account_is_passed_over(x):
    x.people[str(FIRST_USER + 1)]["protected"] = True
    harvest = finished("followers", accounts=["@person0", "@person1"])
    assert harvest.state == Harvest.State.DONE
    assert harvest.targets.get(name=str(FIRST_USER + 1)).problem == "protected"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Anna, 12345\nbob", ["@Anna", "12345", "@bob"]),
        ("https://x.com/anna https://twitter.com/bob/status/1", ["@anna", "@bob"]),
        ("@anna @ANNA", ["@ANNA"]),
        ("@123", ["@123"]),
    ],
)
def test_accounts_are_read_as_people_type_them(text, names):
    assert asking.accounts_in(text) == names


@pytest.mark.parametrize("text", ["", "@a-b", "https://evil.example/anna", "1" * 21, "@" + "a" * 16])
def test_what_is_no_account_is_told(text):
    with pytest.raises(HarvestError):
        asking.accounts_in(text)


def test_money_is_exact(x):
    harvest = estimated()
    for _ in range(1000):
        money.reserve(harvest, 5000)
        money.give_back(harvest, 4999)
    harvest.refresh_from_db()
    assert harvest.spent_micros == 10_000 + 1000


def test_who_asked_to_be_forgotten_is_not_brought_back(x):
    retention.erase(name=str(FIRST_USER + 2), actor=UserFactory())
    harvest = finished("followers", accounts=["@person0"])
    assert str(FIRST_USER + 2) not in eventfile.read(harvest.collection.events_path)["account"].to_pylist()
    retention.erase(name=str(FIRST_USER), actor=UserFactory())
    assert len(eventfile.read(harvest.collection.events_path)) == 0
    assert not Target.objects.filter(name=str(FIRST_USER)).exists()


def test_after_the_retention_time_no_name_is_left_and_nothing_goes_on(x):
    harvest = estimated("followers", accounts=["@person0"])
    asking.start(harvest=harvest, most_money=Decimal(1), actor=None, is_queued=False)
    retention.forget_collection(collection=harvest.collection, actor=None)
    count = len(x.requests)
    later(harvest)
    assert len(x.requests) == count
    assert harvest.state == Harvest.State.STOPPED
    assert not harvest.targets.exists()
    assert "accounts" not in harvest.asked
    with pytest.raises(HarvestError):
        asking.start(harvest=harvest, most_money=Decimal(1), actor=None)
