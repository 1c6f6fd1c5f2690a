"""A stranger classifies ads: on a phone, without JavaScript, with the keyboard alone; axe finds nothing."""

import time

import pytest

from political_ads.labels import Label
from political_ads.models import Check, Vote
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import VIEWS, found_on
from tests.factories import UserFactory
from tests.political_ads.factories import TaskFactory, answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ads(transactional_db):
    """Twelve ads to classify, one of them contested."""
    tasks = [TaskFactory() for _ in range(12)]
    for number in range(8):
        answered(tasks[0], Label.SURVEY if number % 2 else Label.PROMOTES)
    return tasks


def test_ten_ads_on_a_phone_without_javascript(ads, open_page):
    page = open_page("/ads/", width=390, javascript=False)
    follow(page.get_by_role("link", name="Classify an ad"))
    began = time.monotonic()
    for _ in range(10):
        follow(page.get_by_role("button", name="Sells or informs"))
    assert time.monotonic() - began < 60  # what the portal takes of the three minutes
    assert "10 ads by you" in page.inner_text("main")
    assert Vote.objects.filter(label="not_political").count() == 10


def test_the_keyboard_alone_answers_and_takes_back(ads, open_page):
    page = open_page("/ads/classify/")
    with page.expect_navigation():
        page.keyboard.press("4")
    assert "Your answer: Encourages taking part" in page.inner_text("main")
    assert page.evaluate("document.activeElement.classList.contains('ad')")
    with page.expect_navigation():
        page.keyboard.press("z")
    assert "Your answer is taken back" in page.inner_text("main")
    with page.expect_navigation():
        page.keyboard.press("s")
    assert Vote.objects.filter(label="engagement", status="undone").count() == 1


def test_the_keys_answer_after_something_was_said_in_the_second_step(ads, open_page):
    page = open_page("/ads/classify/")
    page.get_by_text("Tell more about this ad").click()
    page.locator("[name=check_payer_named][value=no]").check()
    with page.expect_navigation():
        page.keyboard.press("4")
    assert Check.objects.get(key="payer_named").answer == "no"


def test_keys_do_nothing_while_a_list_is_open(ads, open_page):
    page = open_page("/ads/classify/")
    page.get_by_label("Another ad, because:").focus()
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    assert Vote.objects.filter(label="promotes").count() == 4  # those of the fixture


def test_no_page_is_wider_than_a_small_phone(ads, open_page):
    page = open_page("/ads/", width=320)
    for path in ("/ads/", "/ads/classify/", "/ads/results/", "/ads/report/", "/ads/method/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_axe_finds_nothing(ads, open_page, view):
    page = open_page("/ads/classify/", **view)
    follow(page.locator("[data-key='1']"))
    found = {"after an answer": found_on(page)}
    page = open_page("/", as_user=UserFactory(is_staff=True, is_superuser=True), **view)
    pages = ("", "classify/", "results/", "report/", "method/", "review/", "review/reports/")
    for path in [*(f"/ads/{each}" for each in pages), f"/ads/review/{ads[0].pk}/"]:
        page.goto(path)
        found[path] = found_on(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
