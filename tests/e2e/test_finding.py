"""Finding help, and leaving what was learned, in a real browser."""

import pytest

from disinfo.accounts.models import Role
from encyclopedia.models import Attempt
from encyclopedia.services import seeding
from tests.e2e.clicks import follow
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
def test_who_can_help_with_a_hashtag_flood_in_romania_is_found_in_three_clicks(
    transactional_db, open_page, javascript
):
    seeding.seed(say=lambda _line: None)
    page = open_page("/encyclopedia/", javascript=javascript)
    follow(page.get_by_role("main").get_by_role("link", name="Actors by country"))
    follow(page.get_by_role("link", name="Romania", exact=True))
    follow(page.locator('a[href="/encyclopedia/en/expert-forum/"]'))
    assert "Romania" in page.inner_text("h1 ~ p, article")


def test_the_map_leads_to_the_actors_of_a_country_by_mouse_and_by_keyboard(transactional_db, open_page):
    seeding.seed(say=lambda _line: None)
    page = open_page("/encyclopedia/countries/")
    europe = page.get_by_role("group", name="Actors by country: Europe")
    romania = europe.get_by_role("link", name="Romania")
    shape = romania.locator("use").bounding_box()
    assert shape["width"] > 10
    assert shape["height"] > 10  # the sheet was found, and has the country
    europe.get_by_role("link").first.focus()
    while page.evaluate("document.activeElement.getAttribute('aria-label')") != romania.get_attribute(
        "aria-label"
    ):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.map') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pages/?kind=actor&country=RO")
    page.go_back()
    follow(romania)
    assert "country=RO" in page.url


def test_a_member_notes_what_was_tried(transactional_db, open_page):
    seeding.seed(say=lambda _line: None)
    page = open_page("/encyclopedia/en/prebunking/", as_user=MembershipFactory(role=Role.MEMBER).user)
    follow(page.get_by_role("link", name="We tried this"))
    page.get_by_label("When it was tried").fill("2025-05-04")
    page.get_by_label("What was tried").fill("A short film before the vote")
    page.get_by_label("Result").select_option("partly")
    follow(page.get_by_role("button", name="Publish the entry"))
    assert "A short film before the vote" in page.inner_text("article")
    assert Attempt.objects.count() == 1
