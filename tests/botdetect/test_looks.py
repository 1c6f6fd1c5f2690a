"""What has become of the accounts of clusters: told apart on three networks, kept small, shown without a name."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from botdetect import churn, figures
from botdetect.churn import Sighting, state_of
from botdetect.formats import Profile
from botdetect.models import Account, AccountSnapshot, Cluster, ClusterLook, Collection, Member, Run, Spending
from botdetect.services import looks, retention
from disinfo import fetcher
from tests.botdetect.factories import BotCollectionFactory
from tests.botdetect.fake_networks import FakeBluesky, FakeMastodon
from tests.botdetect.fake_x import FIRST_USER, FakeX, Mood
from tests.factories import UserFactory
from tests.servers import serving


@pytest.fixture(autouse=True)
def fetching(settings):
    """No second between requests, and no pause that another test's server asked for."""
    settings.FETCH_ALLOW = []
    settings.FETCH_HOST_DELAY_MS = 0
    fetcher.close()
    yield
    fetcher.close()
    cache.clear()


def clustered(*names, **fields):
    """A cluster to review whose members have these names."""
    run = Run.objects.create(collection=BotCollectionFactory(**fields), trace="url", state=Run.State.DONE)
    cluster = Cluster.objects.create(
        run=run, number=0, accounts_count=len(names), edges_count=1, most_objects=3, largest_q=0.001
    )
    for number, name in enumerate(names):
        Member.objects.create(run=run, cluster=cluster, number=number, name=name, core=1, degree=1)
    return cluster


def states():
    return dict(Account.objects.values_list("name", "status"))


def look_after(days):
    """A look, so many days from now."""
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
        cache.clear()
        return looks.look()


# ── Pure ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("seen", "known", "state"),
    [
        (Sighting(profile=Profile("anna")), {}, "present"),
        (Sighting(profile=Profile("Anna")), {}, "present"),
        (Sighting(profile=Profile("bob")), {}, "renamed"),
        (Sighting(profile=Profile("bob")), {"handle": ""}, "present"),
        (Sighting(profile=Profile(churn.NO_HANDLE)), {}, "present"),
        (Sighting(profile=Profile("anna"), moved=True), {}, "renamed"),
        (Sighting(profile=Profile("anna")), {"was_away": True}, "back"),
        (Sighting(profile=Profile("bob")), {"was_away": True}, "back"),
        (Sighting(profile=Profile("anna", is_protected=True)), {"was_away": True}, "protected"),
        (Sighting(away="gone"), {"was_away": True}, "gone"),
        (Sighting(away="suspended"), {}, "suspended"),
    ],
)
def test_the_state_of_an_account(seen, known, state):
    assert state_of(seen, **{"handle": "anna", "was_away": False} | known) == state


@given(
    st.text(max_size=5), st.text(max_size=5), st.booleans(), st.booleans(), st.sampled_from(["", *churn.AWAY])
)
def test_every_sighting_has_a_state_that_is_stored(handle, now, was_away, moved, away):
    seen = Sighting(away=away, profile=Profile(now), moved=moved)
    state = state_of(seen, handle=handle, was_away=was_away)
    assert state in Account.Status.values
    assert (state in churn.AWAY) == bool(away)


# ── The three networks ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_bluesky_accounts_are_told_apart(settings):
    names = [f"did:plc:{number:024d}" for number in range(30)]
    clustered(*names)
    with serving() as server:
        settings.BOTS_BLUESKY_API = server.url("")
        settings.FETCH_ALLOW = [*settings.FETCH_ALLOW, server.address]
        sky = FakeBluesky(server, {name: f"u{number}.bsky.example" for number, name in enumerate(names)})
        assert looks.look() == 30
        assert set(states().values()) == {"present"}
        first = Account.objects.get(name=names[0])
        assert (first.handle, first.friends, first.created_at.year) == ("u0.bsky.example", 700, 2026)
        sky.accounts |= {
            names[0]: "takendown",
            names[1]: "deactivated",
            names[2]: "gone",
            names[3]: "new.example",
        }
        assert looks.look() == 0, "it is not time yet"
        assert look_after(2) == 30
        found = states()
        assert [found[name] for name in names[:5]] == ["suspended", "gone", "gone", "renamed", "present"]
        sky.accounts[names[0]] = "u0.bsky.example"
        look_after(4)
        assert states()[names[0]] == "back"
        look_after(6)
        assert states()[names[0]] == "back", "it stays so"


@pytest.mark.django_db
def test_mastodon_accounts_are_told_apart(settings):
    names = [f"https://social.example/users/user{number}" for number in range(7)]
    cluster = clustered(*names)
    for number, name in enumerate(names[:6]):
        Account.objects.create(
            collection=cluster.run.collection, name=name, handle=f"user{number}@social.example"
        )
    with serving() as server:
        settings.FETCH_ALLOW = [server.address]
        settings.BOTS_MASTODON = f"ws://{server.address}/api/v1/streaming"
        FakeMastodon(
            server,
            {
                "user0@social.example": {},
                "user1@social.example": {"suspended": True},
                "user2@social.example": 404,
                "user3@social.example": 410,
                "user4@social.example": 403,
                "user5@social.example": {"moved": {"acct": "elsewhere@other.example"}},
                "user6@social.example": {},
            },
        )
        assert looks.look() == 7
    found = states()
    assert [found[name] for name in names] == [
        "present",
        "suspended",
        "gone",
        "gone",
        "suspended",
        "renamed",
        "present",
    ]


@pytest.fixture
def x(settings):
    """Six people on X, with money to look at them."""
    fake = FakeX()
    for number in range(6):
        fake.person(number)
    with fake.serving():
        settings.BOTS_X_API, settings.BOTS_X_TOKEN = fake.address, "hush"
        settings.FETCH_ALLOW = [fake.address.removeprefix("http://")]
        settings.BOTS_X_MONTH_BUDGET, settings.BOTS_LOOK_MONTH_BUDGET = Decimal(100), Decimal(10)
        yield fake


def of_x(**fields):
    names = [str(FIRST_USER + number) for number in range(6)]
    return clustered(*names, **{"source": Collection.Source.X} | fields), names


@pytest.mark.django_db
def test_x_accounts_are_told_apart_and_paid(x):
    _cluster, names = of_x()
    assert looks.look() == 6
    assert Spending.objects.get().look_micros == Spending.objects.get().micros == 60_000
    x.suspended = {names[0]}
    del x.people[names[1]]
    x.people[names[2]]["protected"] = True
    x.people[names[3]]["username"] = "someone_else"
    assert look_after(2) == 6
    found = states()
    assert [found[name] for name in names] == [
        "suspended",
        "gone",
        "protected",
        "renamed",
        "present",
        "present",
    ]
    spent = sum(Spending.objects.values_list("micros", flat=True))
    assert spent == 100_000, "who is not shown is not billed"


@pytest.mark.django_db
def test_looks_stop_at_their_own_budget(x, settings):
    settings.BOTS_LOOK_MONTH_BUDGET = Decimal("0.04")
    of_x()
    looks.look()
    assert Account.objects.exclude(looked_at=None).count() == 4
    count = len(x.requests)
    look_after(0.01)
    assert len(x.requests) == count
    settings.BOTS_LOOK_MONTH_BUDGET = Decimal(0)
    assert look_after(2) == 0


@pytest.mark.django_db
def test_numbers_are_looked_up_on_x_only_where_the_collection_is_of_x(x):
    of_x(source=Collection.Source.FILE, platform="Chirper")
    assert looks.look() == 0
    of_x(source=Collection.Source.FILE, platform="Twitter")
    assert looks.look() == 6


@pytest.mark.django_db
@pytest.mark.parametrize("mood", [Mood(401), Mood(429, {"x-rate-limit-reset": "1"}), Mood(500), Mood("half")])
def test_when_x_does_not_answer_the_accounts_wait_and_nothing_is_said_of_them(x, mood):
    of_x()
    x.moods = [mood]
    assert looks.look() == 0
    assert not AccountSnapshot.objects.exists()
    assert Account.objects.exclude(looked_at=None).count() == 0
    spent = sum(Spending.objects.values_list("micros", flat=True))
    assert spent == (60_000 if mood.status == "half" else 0)
    fetcher.close()
    assert look_after(0.1) == 6


@pytest.mark.django_db
def test_a_network_that_is_down_does_not_keep_the_others_waiting(x, settings):
    of_x()
    clustered("did:plc:a")
    with serving() as server:
        settings.BOTS_BLUESKY_API = server.url("")
        settings.FETCH_ALLOW = [*settings.FETCH_ALLOW, server.address]
        FakeBluesky(server, {}).is_down = True
        assert looks.look() == 6
    assert Account.objects.get(name="did:plc:a").status == "present"
    assert Account.objects.get(name="did:plc:a").looked_at is None


# ── What is kept, and shown ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_only_what_changed_is_kept(x):
    _cluster, names = of_x()
    for days in (0, 1.1, 2.2):
        look_after(days)
    assert AccountSnapshot.objects.count() == 6
    x.people[names[0]]["public_metrics"]["tweet_count"] = 50
    look_after(3.3)
    assert AccountSnapshot.objects.count() == 6, "counters are kept once a week"
    look_after(8.4)
    assert AccountSnapshot.objects.count() == 7
    x.suspended = {names[1]}
    look_after(9.5)
    assert AccountSnapshot.objects.count() == 8, "a new state is kept at once"
    profile = Account.objects.get(name=names[0])
    assert profile.statuses == 2, "the profile stays as it was collected"


@pytest.mark.django_db
def test_a_dismissed_cluster_is_not_looked_at(x):
    cluster, _names = of_x()
    Cluster.objects.filter(pk=cluster.pk).update(state=Cluster.State.DISMISSED)
    assert looks.look() == 0
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_no_more_are_looked_at_in_a_day_than_may_be(settings):
    settings.BOTS_LOOK_DAILY_READS = 25
    names = [f"did:plc:{number:024d}" for number in range(60)]
    clustered(*names)
    with serving() as server:
        settings.BOTS_BLUESKY_API = server.url("")
        settings.FETCH_ALLOW = [*settings.FETCH_ALLOW, server.address]
        FakeBluesky(server, dict.fromkeys(names, "a.example"))
        assert looks.look() == 25
        assert looks.look() == 0


@pytest.mark.django_db
def test_the_public_page_says_what_became_of_the_accounts_without_a_name(x, client):
    cluster, names = of_x()
    Cluster.objects.filter(pk=cluster.pk).update(
        state=Cluster.State.PUBLISHED, published_at=timezone.now(), title="Six accounts"
    )
    assert figures.churn(cluster) is None
    page = client.get(cluster.get_public_url()).content.decode()
    assert "What has become" not in page
    looks.look()
    x.suspended = set(names[:2])
    look_after(2)
    found = figures.churn(cluster)
    assert dict(found.counts) == {"present": 4, "suspended": 2}
    assert found.looked == 6
    assert len(found.lines[0][1]) == 2
    page = client.get(cluster.get_public_url()).content.decode()
    assert "What has become of the accounts" in page
    assert "Suspended" in page
    assert "6 of 6 accounts" in page
    assert not any(name in page for name in [*names, "person1"])


@pytest.mark.django_db
def test_programs_are_told_too(x, client):
    cluster, names = of_x()
    Cluster.objects.filter(pk=cluster.pk).update(state=Cluster.State.PUBLISHED, published_at=timezone.now())
    looks.look()
    answer = client.get(reverse("api_bots_cluster", args=[cluster.pk])).json()
    assert answer["churn"] == [{"day": f"{timezone.now():%Y-%m-%d}", "looked": 6, "counts": {"present": 6}}]
    assert names[0] not in str(answer)


@pytest.mark.django_db
def test_the_sums_outlive_the_accounts(x):
    cluster, _names = of_x()
    looks.look()
    retention.forget_collection(collection=cluster.run.collection, actor=None)
    assert not AccountSnapshot.objects.exists()
    assert ClusterLook.objects.get().counts == {"present": 6}
    assert look_after(2) == 0


@pytest.mark.django_db
def test_who_asked_to_be_forgotten_is_never_looked_at_again(x):
    _cluster, names = of_x()
    looks.look()
    retention.erase(name=names[0], actor=UserFactory())
    assert look_after(2) == 5
    assert names[0] not in states()
