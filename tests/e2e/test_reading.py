"""A regulator, on a desk or a phone, with or without a mouse, reads what changed."""

import json

import pytest

from tests.e2e.clicks import follow
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded
from tests.shared_data import need_shared_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OLD = "\n\n".join(
    [
        "Terms of service\n================",
        *(f"Clause {n} stays as it was." for n in range(1, 30)),
        "You have six months.",
    ]
)
NEW = OLD.replace("Clause 3 stays as it was.", "Clause 3 is another one.").replace(
    "six months", "fourteen days"
)


@pytest.fixture
def terms(transactional_db):
    """Chirper's terms, with one change."""
    service = ServiceFactory(collection=CollectionFactory(key="open", name="Demo"), key="Chirper")
    terms = TermsFactory(service=service)
    recorded(terms, OLD, "2026-01-10")
    recorded(terms, NEW, "2026-02-10")
    return terms


def test_from_the_home_page_to_the_changed_words(terms, open_page):
    page = open_page("/")
    follow(page.get_by_role("navigation").get_by_role("link", name="Terms tracker").first)
    follow(page.get_by_role("link", name="Chirper", exact=True).first)
    follow(page.get_by_role("link", name="Terms of Service").first)
    follow(page.get_by_role("link", name="See the change").first)
    assert page.locator("del").all_inner_texts()
    assert "fourteen days" in page.locator("ins").last.inner_text()
    follow(page.get_by_role("link", name="Side by side"))
    assert "view=side" in page.url
    with page.expect_download() as download:
        page.goto(terms.versions.first().get_absolute_url())
        page.get_by_role("link", name="HTML").click()
    assert download.value.suggested_filename.startswith("chirper-terms-of-service-2026-02-10")


def test_everything_works_without_javascript(terms, open_page):
    page = open_page("/terms/", width=390, javascript=False)
    follow(page.get_by_role("link", name="Chirper · Terms of Service").first)
    assert page.locator("ins").count() >= 1
    page.goto(terms.get_absolute_url())
    page.locator("input[name=from]").fill("2026-01-15")
    page.locator("input[name=to]").fill("2026-02-15")
    follow(page.get_by_role("button", name="Compare"))
    assert "10 January 2026" in page.inner_text("main")
    assert page.locator("del").count() >= 1


def test_the_language_is_switched_and_remembered(terms, open_page):
    page = open_page("/terms/", javascript=False)
    follow(page.get_by_role("button", name="Français").first)
    assert page.locator("html").get_attribute("lang") == "fr"
    page.goto("/about/")
    assert page.locator("html").get_attribute("lang") == "fr"


def test_unchanged_lines_are_folded_and_one_click_away(terms, open_page):
    page = open_page(terms.versions.first().get_change_url())
    hidden = page.get_by_text("Clause 15 stays as it was.")
    assert not hidden.first.is_visible()
    page.get_by_text("unchanged lines").nth(1).click()
    assert hidden.first.is_visible()


def test_the_keyboard_alone_will_do(terms, open_page):
    page = open_page(terms.versions.first().get_change_url())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") in {"search", "text"}
    page.keyboard.type("fourteen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    assert page.locator("mark").count() >= 1


def test_no_page_is_wider_than_a_small_phone(terms, open_page):
    page = open_page("/", width=320)
    paths = ["/", "/terms/", terms.get_absolute_url(), terms.versions.first().get_change_url()]
    for path in [
        *paths,
        terms.versions.first().get_absolute_url(),
        "/stats/",
        "/accounts/login/",
        "/privacy/",
    ]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


@pytest.mark.data
def test_hostile_terms_run_nothing(transactional_db, open_page):
    corpus = need_shared_data("wiki/xss/payloads.jsonl").read_text(encoding="utf-8").split("\n")
    payloads = [json.loads(line)["payload"] for line in corpus if line][::5]
    terms = TermsFactory(
        service=ServiceFactory(collection=CollectionFactory(key="open"), key="Evil <script>")
    )
    recorded(terms, "\n\n".join(payloads), "2026-01-01")
    changed = recorded(terms, "\n\n".join(reversed(payloads)), "2026-01-02")
    page = open_page("/")
    page.on("dialog", lambda dialog: pytest.fail(f"something ran: {dialog.message}"))
    for path in (
        changed.get_absolute_url(),
        changed.get_change_url(),
        "/search/?q=alert",
        "/terms/",
        "/activity/",
    ):
        page.goto(path)
        assert page.locator("main").is_visible()
        assert (
            page.locator(
                "main script, main iframe, main object, main embed, main form[action*='http']"
            ).count()
            == 0
        )
