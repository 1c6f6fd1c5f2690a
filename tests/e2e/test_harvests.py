"""Collecting from X in a real browser, and what became of a cluster's accounts on its public page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache

from botdetect.models import Cluster, ClusterLook, Collection, Harvest
from botdetect.services import demo
from botdetect.services.harvests import performing
from disinfo import fetcher
from tests.botdetect.fake_x import FIRST_USER, FakeX
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import VIEWS, found_on
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff(transactional_db):
    return [UserFactory(name=name, is_staff=True, is_superuser=True) for name in ("Ada", "Bob")]


@pytest.fixture
def x(settings):
    """A seed with thirty followers that look dormant."""
    fake = FakeX()
    fake.person(0, metrics={"followers_count": 30})
    for number in range(1, 31):
        fake.person(number)
        fake.follows[str(FIRST_USER + number)] = [str(FIRST_USER)]
    with fake.serving():
        settings.BOTS_X_API, settings.BOTS_X_TOKEN = fake.address, "hush"
        settings.BOTS_X_MONTH_BUDGET = Decimal(100)
        settings.FETCH_ALLOW = [fake.address.removeprefix("http://")]
        settings.FETCH_HOST_DELAY_MS = 0
        fetcher.close()
        yield fake
    fetcher.close()
    cache.clear()


def test_an_analyst_sees_the_estimate_starts_the_crawl_and_takes_the_dormant_accounts_along(
    open_page, staff, x
):
    collection = Collection.objects.create(name="Inquiry")
    page = open_page(collection.get_absolute_url(), as_user=staff[0])
    follow(page.get_by_role("link", name="Search, posts, followers…"))
    page.get_by_label("What to collect").select_option("crawl")
    page.locator("[name=accounts]").fill("@person0")
    page.get_by_label("Created at most").fill("")
    page.get_by_label("Budget in dollars").fill("3")
    follow(page.get_by_role("button", name="Estimate"))
    harvest = Harvest.objects.get()
    performing.perform(harvest=harvest)
    page.goto(harvest.get_absolute_url())
    assert page.get_by_text("30 results, $0.30").is_visible()
    follow(page.get_by_role("button", name="Start"))
    assert page.get_by_role("button", name="Stop").is_visible()
    performing.perform(harvest=harvest)
    page.goto(harvest.get_absolute_url())
    assert page.get_by_text("30 accounts matched the rule").is_visible()
    page.get_by_label("What for?").fill("to be checked by hand")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename == f"dormant-{harvest.pk}.csv"


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_axe_finds_nothing_on_the_pages_of_collecting(open_page, staff, x, view):
    demo.load(people={"admin": staff[0], "regulator": staff[1]}, say=str)
    collection, cluster = Collection.objects.get(), Cluster.objects.published().get()
    for days in range(9):
        counts = {"present": 12 - days, "suspended": days}
        day = date(2026, 11, 1) + timedelta(days=days)
        ClusterLook.objects.create(cluster=cluster, day=day, counts=counts, looked=12)
    harvests = [
        Harvest.objects.create(
            collection=collection,
            kind="crawl",
            asked={"accounts": ["@person0"], "rule": {"newest_days": 60}, "most_depth": 1},
            state=state,
            most_micros=5_000_000,
            spent_micros=1_230_000,
            calls=12,
            reads=123,
            estimated_reads=4000,
            estimated_micros=40_000_000,
            problem="401 Unauthorized" if state == "failed" else "",
        )
        for state in ("ready", "failed", "done")
    ]
    for number in range(3):
        harvests[2].targets.create(name=str(FIRST_USER + number), depth=number, is_done=True, found=7)
    page, found = open_page("/bots/", as_user=staff[0], **view), {}
    for path in (
        collection.get_absolute_url(),
        f"{collection.get_absolute_url()}harvest/",
        *(harvest.get_absolute_url() for harvest in harvests),
        cluster.get_absolute_url(),
        cluster.get_public_url(),
    ):
        page.goto(path)
        found[path] = found_on(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert {path: faults for path, faults in found.items() if faults} == {}
