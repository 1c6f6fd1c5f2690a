"""A regulator follows, annotates, takes evidence away; a visitor chooses on a page what is to be read."""

import io
import zipfile
from pathlib import Path

import pytest

from disinfo.accounts.models import Role
from terms_tracker.evidence import verify
from terms_tracker.models import DayOfChecks, Memo, Subscription, Suggestion, Terms
from terms_tracker.services import following, memos
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import found_on
from tests.factories import MembershipFactory, SourceDocumentFactory
from tests.terms_tracker.factories import changed, open_terms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS = [
    {"width": 390, "scheme": "dark", "language": "fr"},
    {"width": 1280, "scheme": "light", "language": "en"},
]


@pytest.fixture
def regulator(transactional_db):
    return MembershipFactory(role=Role.REGULATOR).user


@pytest.fixture
def version(transactional_db):
    """A change, whose terms fail by now."""
    found = changed(open_terms())
    terms = found.terms
    snapshot = terms.snapshots.first()
    SourceDocumentFactory(terms=terms, snapshot=snapshot)
    DayOfChecks.add(terms, snapshot.fetched_at.date())
    Terms.objects.filter(pk=terms.pk).update(error_code="no_match", failing_since=found.fetched_at)
    return found


def test_a_regulator_follows_annotates_and_takes_the_evidence_away(version, regulator, open_page):
    page = open_page(version.get_change_url(), as_user=regulator)
    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence").click()
    data = Path(download.value.path()).read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(data))
    assert all(each.is_good for each in verify(data))
    follow(page.get_by_role("link", name="Write a memo"))
    page.get_by_label("title").fill("Passports are asked for")
    page.locator("textarea[name=body]").fill("This is **new**.")
    page.get_by_label("You must give us a copy").check()
    follow(page.get_by_role("button", name="Save"))
    assert "This is new." in page.inner_text("article")
    follow(page.get_by_role("link", name="in the change"))
    assert page.locator(":target").inner_text().startswith("You must give us a copy")
    page.goto(version.terms.get_absolute_url())
    follow(page.get_by_role("link", name="Follow", exact=True).first)
    follow(page.locator("main form").get_by_role("button", name="Follow"))
    subscription = Subscription.objects.get()
    assert (subscription.service, subscription.terms_type) == (version.terms.service, version.terms.type)
    assert Memo.objects.get().passages[0]["side"] == "new"


def test_a_filter_s_name_stands_above_it_and_a_line_s_sign_in_a_plain_margin(version, open_page):
    page = open_page("/terms/changes/?q=chirper")
    for field in page.locator("form.filters .field:has(label + :is(input, select))").all():
        name, control = field.locator("label").bounding_box(), field.locator("input, select").bounding_box()
        assert name["x"] == control["x"]
        assert name["y"] + name["height"] <= control["y"] + 1
    page.goto(version.get_change_url())
    border = "sign => getComputedStyle(sign).borderStyle"
    assert {sign.evaluate(border) for sign in page.locator(".diff .sign").all()} == {"none"}


def test_a_click_on_the_page_becomes_a_selector(version, open_page):
    page = open_page("/terms/coverage/")
    follow(page.get_by_role("link", name="Suggest a correction").first)
    # What was kept until now is given up first, so that only the click can bring it back.
    page.locator("[name=select]").fill("")
    page.locator("[name=select]").blur()
    page.locator("[data-pick-error]", has_text="Choose at least one part").wait_for()
    page.frame_locator("iframe").get_by_text("You must give us a copy").click()
    # Not wait_for_function, which evaluates text again and again: our policy forbids the second time.
    page.locator("[data-pick-markdown]", has_text="passport").wait_for()
    assert "main" in page.locator("[name=select]").input_value()
    assert page.frames[1].evaluate("self.origin") == "null"
    reach = "try { document.cookie; parent.document } catch (error) { return error.name }"
    assert page.frames[1].evaluate(f"(() => {{ {reach} }})()") == "SecurityError"
    page.get_by_label("remark").fill("It moved.")
    follow(page.get_by_role("button", name="Send the suggestion"))
    assert "Thank you." in page.inner_text("body")
    assert Suggestion.objects.get().remark == "It moved."


def test_what_is_written_while_an_answer_is_on_its_way_stays(version, open_page):
    page = open_page("/terms/coverage/")
    page.goto(page.get_by_role("link", name="Suggest a correction").first.get_attribute("href"))
    held = []
    page.route(lambda url: "/suggest/pick/" in url, lambda route: held.append(route))  # noqa: PLW0108 - a built-in cannot be wrapped
    page.locator("[name=select]").fill("")
    page.locator("[name=select]").blur()
    while not held:
        page.wait_for_timeout(50)
    page.locator("[name=remove]").fill("nav")
    held[0].continue_()
    page.locator("[data-pick-error]", has_text="Choose at least one part").wait_for()
    assert page.locator("[name=remove]").input_value() == "nav"


def test_nothing_can_be_clicked_before_somebody_listens(version, open_page):
    page = open_page("/terms/coverage/")
    held = []
    page.route("**/js/pick-frame.js", lambda route: held.append(route))  # noqa: PLW0108 - a built-in cannot be wrapped
    to = page.get_by_role("link", name="Suggest a correction").first.get_attribute("href")
    page.goto(to, wait_until="commit")
    while not held:
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)
    text = page.frame_locator("iframe").get_by_text("You must give us a copy")
    assert not text.is_visible()
    held[0].continue_()
    text.wait_for()


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_axe_finds_nothing(version, regulator, open_page, view):
    memo = memos.write(version=version, author=regulator, title="A memo", body="**b**")
    memos.rewrite(memo=memo, based_on=1, editor=regulator, title="A memo", body="Another text")
    followed = following.follow(subscription=Subscription(terms_type="Terms of Service"), owner=regulator)
    terms = version.terms
    regulator.is_staff = True
    regulator.save()
    suggestion = Suggestion.objects.create(
        service_name="New", terms_type="Terms of Service", documents=[{"fetch": "https://a.example/t"}]
    )
    page = open_page("/terms/", as_user=regulator, **view)
    found = {}
    for path in [
        *(
            "/terms/follow/",
            "/terms/memos/",
            memo.get_absolute_url(),
            "/terms/coverage/",
            "/terms/statistics/",
        ),
        *(f"{memo.get_absolute_url()}edit/", f"{memo.get_absolute_url()}history/", "/terms/suggest/waiting/"),
        *(f"/terms/suggest/?terms={terms.pk}", f"/terms/compare/?left={terms.pk}&right={terms.pk}"),
        *(f"{terms.get_absolute_url()}statistics/", version.get_change_url(), "/terms/suggest/"),
        *(f"/terms/suggest/{suggestion.pk}/", f"/terms/follow/{followed.pk}/"),
        f"/terms/change/{version.commit}/memo/",
    ]:
        page.goto(path)
        found[path] = found_on(page)
        if page.evaluate("document.documentElement.scrollWidth") > view["width"]:
            found[path].append("wider than the screen")
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_words_selected_in_a_version_lead_to_their_history(version, open_page, view):
    page = open_page(version.get_absolute_url(), **view)
    link = page.locator("[data-selected] a")
    assert not link.is_visible()
    sentence = page.get_by_text("You may appeal within ten days.")
    sentence.select_text()
    link.wait_for()
    assert found_on(page) == []
    assert page.locator("article.document").bounding_box()["width"] < view["width"]
    # A finger takes the selection away before its touch arrives.
    page.evaluate("getSelection().removeAllRanges()")
    follow(link)
    assert page.locator("#q").input_value() == "You may appeal within ten days."
    assert page.get_by_role("link", name="Chirper · Terms of Service").count() == 1
