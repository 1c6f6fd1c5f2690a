"""People sign up, make tokens, administer; the demo is changed by a button."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from disinfo import fetcher, outbox
from disinfo.portal import demo as portal_demo
from terms_tracker.models import Terms, Version
from terms_tracker.services import tracking
from tests.e2e.clicks import follow
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, UserFactory
from tests.servers import Answer, serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSPHRASE = "several quite long words"


def test_a_newcomer_signs_up_confirms_and_makes_a_token(transactional_db, open_page):
    page = open_page("/accounts/signup/")
    page.locator("input[name=name]").fill("Nora New")
    page.locator("input[name=email]").fill("nora@people.example")
    page.locator("input[name=password1]").fill(PASSPHRASE)
    page.locator("input[name=password2]").fill(PASSPHRASE)
    follow(page.locator("main form button[type=submit]").first)
    page.wait_for_url("**/confirm-email/**")
    outbox.send_due()
    link = next(word for word in mail.outbox[0].body.split() if "/accounts/confirm-email/" in word)
    page.goto("/" + link.split("/", 3)[3])
    follow(page.locator("main form button[type=submit]").first)
    assert EmailAddress.objects.get(email="nora@people.example").verified
    page.goto("/account/tokens/")
    if "/login/" in page.url:
        page.locator("input[name=login]").fill("nora@people.example")
        page.locator("input[name=password]").fill(PASSPHRASE)
        follow(page.locator("main form button[type=submit]").first)
        page.goto("/account/tokens/")
    page.locator("input[name=name]").fill("my script")
    follow(page.locator("main form button[type=submit]").last)
    assert "disinfo_" in page.content()


def test_an_administrator_tries_a_declaration_then_saves_it(transactional_db, open_page, settings):
    with serving() as site:
        settings.FETCH_ALLOW = [site.address]
        site.answers["/terms"] = Answer("<main><h1>Terms</h1><p>Be kind.</p></main>")
        terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="open"), key="Chirper"))
        page = open_page("/", as_user=UserFactory(is_staff=True, is_superuser=True))
        page.goto(f"/admin/terms_tracker/terms/{terms.pk}/change/")
        good = json.dumps({"fetch": site.url("/terms"), "select": "main"})
        for declaration, expected in (
            ('{"fetch": "x"}', "x"),
            (json.dumps({"fetch": site.url("/terms"), "select": "#nothing"}), "no match"),
            (good, "Be kind."),
        ):
            page.locator("textarea[name=declaration]").fill(declaration)
            with page.context.expect_page() as opened:
                page.get_by_role("button", name="Try it").click()
            opened.value.wait_for_load_state()
            assert expected in opened.value.content()
            opened.value.close()
        assert not Version.objects.exists()
        follow(page.get_by_role("button", name="Save", exact=True))
        page.wait_for_url("**/admin/terms_tracker/terms/")
        terms.refresh_from_db()
        assert terms.documents.get().location == site.url("/terms")
        fetcher.close()


def test_the_demo_text_is_changed_by_a_button_and_read_as_a_diff(
    transactional_db, open_page, settings, live_server
):
    settings.DEMO = True
    settings.SITE_URL = live_server.url
    settings.FETCH_ALLOW = [live_server.url.removeprefix("http://")]
    settings.FETCH_HOST_DELAY_MS = 0
    portal_demo.load(say=lambda _line: None)
    tracking.run_pass(Terms.objects.due())
    before = Version.objects.count()
    page = open_page("/terms/demo/", as_user=portal_demo.User.objects.get(email="citizen@demo.example"))
    # The texts loaded are those that the archive knows: the first look of the workers records nothing new.
    assert before == Version.objects.filter(metadata__has_key="x-engine-version").count() or before > 8
    follow(page.get_by_role("button", name="Apply the next sample change").first)
    assert "within a minute" in page.inner_text("main")
    summary = tracking.run_pass(Terms.objects.due())
    assert summary.changed == 1
    page.goto("/terms/changes/")
    follow(page.locator("main a[href*='/terms/change/']").first)
    assert page.locator("ins, del").count() >= 1
    fetcher.close()


def test_the_api_page_lists_every_endpoint(transactional_db, open_page):
    page = open_page("/api/v1/docs/")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() > 12
