"""A citizen, on a phone or at a desk, finds an ad, what became of it, and the three numbers; axe finds nothing."""

import pytest

from political_ads.services import demo_library
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import VIEWS, found_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    *("/ads/library/", "/ads/advertisers/", "/ads/removals/", "/ads/removals/?source=demo-chirper-fr"),
    *("/ads/scorecard/", "/ads/law/", "/ads/data/", "/ads/ad/demo-chirper-fr/20001/"),
)


@pytest.fixture
def library(transactional_db):
    """The invented library."""
    return demo_library.load()


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_every_page_is_accessible_and_fits(library, open_page, view):
    page = open_page("/ads/library/", **view)
    found = {}
    for path in (*PAGES, library.ads.first().advertiser.get_absolute_url()):
        page.goto(path)
        found[path] = found_on(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= view["width"], path
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_from_the_search_to_a_removed_ad(library, open_page, javascript):
    page = open_page("/ads/library/", width=390, javascript=javascript)
    page.get_by_text("Search and narrow").click()
    page.get_by_label("Words in the ad").fill("piscine")
    page.get_by_label("Still in the library?").select_option("removed")
    follow(page.get_by_role("button", name="Show", exact=True))
    assert page.locator(".rows.is-ads > li").count() == 4
    follow(page.locator(".rows.is-ads a").first)
    assert page.get_by_text("removed from the library").first.is_visible()
    assert page.get_by_text("not given by the platform").first.is_visible()


def test_the_three_numbers_of_2019_and_of_a_library(library, open_page):
    page = open_page("/ads/removals/")
    assert page.get_by_text("31.45 %", exact=True).is_visible()
    page.get_by_label("Library", exact=True).select_option("demo-chirper-fr")
    follow(page.get_by_role("button", name="Show", exact=True))
    assert page.get_by_text("quarantined").first.is_visible()
    assert page.locator(".figures.is-three dd").count() == 3
    page.get_by_text("The same figures as a table").last.click()
    assert page.get_by_role("columnheader", name="really available").is_visible()
