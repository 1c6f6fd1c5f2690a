"""From an alarm to a published case study, without leaving the portal."""

import json

import pytest
from django.utils import timezone

from botdetect.models import Cluster, Run
from collaborate import incident_log
from collaborate.models import Address, Bot, Incident, Watch, WatchItem
from collaborate.services import incidents, logbook, posting, qualifying, takedowns
from disinfo import fetcher
from disinfo.safe_http import HttpStatusError, Response
from encyclopedia.models import Page
from tests.botdetect.factories import BotCollectionFactory
from tests.collaborate import factories as chat
from tests.collaborate.incident_factories import incident as make
from tests.collaborate.incident_factories import look_again
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import VIEWS, found_on
from tests.encyclopedia import factories as pages
from tests.factories import CollectionFactory, MembershipFactory, ServiceFactory, TermsFactory, recorded
from tests.political_ads.library_factories import library_ad

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(transactional_db):
    """An editor of an organisation."""
    return MembershipFactory(role="editor", user__name="Alice").user


def test_an_alarm_becomes_an_incident_and_a_case_study(editor, open_page):
    page_of_practice = pages.page("Archive first", kind="practice", body="1. Keep a copy\n2. Note the hash")
    room = chat.room(editor, name="Detection")
    said = chat.said(room, editor, "The ballots of station 12 vanished: https://chirper.example/1")
    page = open_page(f"{said.get_absolute_url()}more/", as_user=editor)
    follow(page.get_by_role("link", name="Open an incident"))
    follow(page.get_by_role("button", name="Open an incident"))
    assert page.get_by_role("heading", level=1).inner_text() == "The ballots of station 12 vanished:"
    follow(page.get_by_role("button", name="qualified"))
    page.get_by_text("Take the steps of a practice").click()
    page.get_by_label("Address of a page of the encyclopedia").fill(page_of_practice.get_absolute_url())
    follow(page.get_by_role("button", name="Take them in"))
    follow(page.get_by_role("button", name="Keep a copy"))
    page.get_by_text("A request was sent").click()
    page.locator("#takedown_url").fill("https://chirper.example/1")
    page.locator("#takedown_platform").fill("Chirper")
    follow(page.get_by_role("button", name="Start its clock"))
    assert page.get_by_text("0 / 90 min").is_visible()
    follow(page.get_by_role("link", name="Closing report"))
    page.get_by_label("Title of the case study").fill("Ballots of 2026")
    follow(page.get_by_role("button", name="Publish as a case study"))
    assert page.get_by_role("heading", level=1).inner_text() == "Ballots of 2026"
    assert Page.objects.get(title="Ballots of 2026").kind.code == "case-study"
    incident = Incident.objects.get()
    assert incident.state == "qualified"
    assert incident.steps.exclude(done_at=None).count() == 1


@pytest.fixture
def alarm(editor):
    """What a watch posted in the room where alarms come in, with the room where they are qualified set."""
    detection = chat.room(editor, name="Detection")
    qualification = chat.room(editor, name="Qualification")
    watch = Watch.objects.create(
        room=detection,
        kind="feed",
        name="News",
        address="https://n.example/",
        sends_to=qualification,
        region="fr",
    )
    item = WatchItem.objects.create(watch=watch, key="k", title="Ballots")
    text = "**The ballots of station 12 vanished**\n\nTotal engagement: 5,617\n\nhttps://chirper.example/1"
    return posting.post(room=detection, author=Bot.objects.portal().user, text=text, nonce=f"news:{item.pk}")


@pytest.fixture
def of_the_four_tools(settings, tmp_path):
    """An address of each of the other tools: a technique's page, an ad, a change of terms, a published cluster."""
    settings.ARCHIVES_DIR = tmp_path
    terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="open"), key="Chirper"))
    recorded(terms, "You may appeal.")
    change = recorded(terms, "You may not appeal.", "2026-01-02")
    run = Run.objects.create(collection=BotCollectionFactory(), trace="url")
    numbers = {"number": 0, "accounts_count": 9, "edges_count": 20, "most_objects": 4, "largest_q": 0.001}
    cluster = Cluster.objects.create(
        run=run, state="published", title="Ballot sharers", published_at=timezone.now(), **numbers
    )
    technique = pages.page("Flooding", kind="technique", fields={"framework_id": "T0049"})
    return {
        "technique": technique.get_absolute_url(),
        "ad": library_ad().get_absolute_url(),
        "change": change.get_change_url(),
        "cluster": cluster.get_public_url(),
    }


class Platform:
    """A platform whose post is there, until it is not."""

    def __init__(self):
        self.is_there = True

    def get(self, url, **_options):
        if not self.is_there:
            raise HttpStatusError("no", status=404)
        return Response(url, 200, {"content-type": "text/html"}, b"<p>Ballots</p>", (), 0.1, None)


def tell(page, summary, button, **values):
    """Open a form of the incident's page, fill it in, send it."""
    form = page.locator("details").filter(has=page.locator(f"summary:text-is('{summary}')"))
    form.locator("summary").first.click()
    for name, value in values.items():
        field = page.locator(f"#{name}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    follow(form.get_by_role("button", name=button, exact=True).first)


def test_two_organisations_go_from_an_alarm_to_a_case_study(
    editor, open_page, alarm, of_the_four_tools, monkeypatch
):
    platform = Platform()
    monkeypatch.setattr(fetcher, "client", lambda: platform)
    partner = MembershipFactory(role="editor", user__name="Bruno", user__language="fr").user
    phone = open_page(alarm.room.get_absolute_url(), as_user=partner, width=390, scheme="dark", language="fr")
    # On the phone the alarm is sent to qualification; at the desk it becomes an incident.
    follow(phone.get_by_role("button", name="Envoyer à la qualification"))
    assert phone.get_by_role("heading", level=1).inner_text() == "Qualification"
    desk = open_page("/collaborate/rooms/qualification/", as_user=editor)
    follow(desk.get_by_role("button", name="Open an incident"))
    found = Incident.objects.get()
    follow(desk.get_by_role("link", name="Evidence, criteria, requests"))
    for path in of_the_four_tools.values():
        tell(desk, "Add evidence", "Add", evidence_what=path, evidence_note="See")
    kinds = {row.path for row in found.evidence.all()}
    assert kinds == set(of_the_four_tools.values())
    assert desk.locator(".evidence .card").count() == 4
    # Both organisations answer a criterion, and do not agree.
    tell(
        desk,
        "Answer for my organisation",
        "Answer",
        vote_criterion="massive",
        vote_answer="yes",
        vote_reason="5,617",
    )
    phone.goto(found.get_absolute_url())
    tell(
        phone,
        "Répondre pour mon organisation",
        "Répondre",
        vote_criterion="massive",
        vote_answer="no",
        vote_reason="Peu",
    )
    assert phone.get_by_text("désaccord", exact=True).is_visible()
    # What one says is used, the other accepts: it stands on its page of the encyclopedia.
    desk.locator("#code").fill("T0049")
    follow(desk.get_by_role("button", name="Propose"))
    phone.reload()
    follow(phone.get_by_role("button", name="Accepter"))
    phone.goto(of_the_four_tools["technique"])
    assert phone.locator(f"a[href='{found.get_absolute_url()}']").is_visible()
    follow(desk.get_by_role("button", name="qualified"))
    tell(
        desk,
        "A request was sent",
        "Start its clock",
        takedown_url="https://chirper.example/1",
        takedown_platform="Chirper",
    )
    assert desk.get_by_text("0 / 90 min").first.is_visible()
    phone.goto(found.room.get_absolute_url())
    assert phone.get_by_text("0 / 90 min").is_visible()
    # The platform acts, and the portal sees it twice.
    row = look_again(Address.objects.get())
    platform.is_there = False
    for _ in range(2):
        row = look_again(row)
    phone.goto(found.get_absolute_url())
    assert phone.locator(".badge.is-danger").first.is_visible()
    follow(desk.get_by_role("button", name="closed"))
    follow(desk.get_by_role("link", name="Closing report"))
    desk.get_by_label("Title of the case study").fill("Ballots of 2026")
    follow(desk.get_by_role("button", name="Publish as a case study"))
    assert desk.get_by_role("heading", level=1).inner_text() == "Ballots of 2026"
    phone.goto(Page.objects.get(title="Ballots of 2026").get_absolute_url())
    assert phone.get_by_role("heading", level=1).inner_text() == "Ballots of 2026"
    found.refresh_from_db()
    lines = [json.dumps(line) for line in logbook.lines(found)]
    assert list(incident_log.faults(lines, head=found.log_head)) == []
    assert found.published_at == Page.objects.get(title="Ballots of 2026").get_absolute_url()


def test_the_buttons_of_an_alarm_work_without_scripts_and_fit_a_phone(editor, open_page, alarm):
    page = open_page(alarm.room.get_absolute_url(), as_user=editor, width=320, javascript=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    follow(page.get_by_role("button", name="Scale"))
    assert page.get_by_text("No article of this region").is_visible()
    page.goto(alarm.room.get_absolute_url())
    follow(page.get_by_role("button", name="Send to qualification"))
    page.goto(alarm.room.get_absolute_url())
    follow(page.get_by_role("button", name="Open an incident"))
    assert Incident.objects.get().origin_id == alarm.pk


def test_a_technique_is_completed_while_it_is_written(editor, open_page):
    pages.page("Flooding hashtags", kind="technique", fields={"framework_id": "T0049"})
    found = make(editor)
    page = open_page(found.room.get_absolute_url(), as_user=editor)
    field = page.locator("[data-composer-text]")
    field.press_sequentially("They use #flood", delay=20)
    page.wait_for_selector("[data-offers] li:has-text('T0049')")
    field.press("Enter")
    assert field.input_value() == "They use #T0049 "


def test_the_page_that_asks_where_to_send_it_is_open_to_all(editor, open_page, alarm):
    page = open_page(f"{alarm.get_absolute_url()}news/", as_user=editor, width=390)
    assert found_on(page) == []
    page.goto("/collaborate/notifications/")
    assert found_on(page) == []


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_pages_of_incidents_are_open_to_all(editor, open_page, view):
    found = make(editor)
    incidents.add_step(incident=found, text="Call the platform", actor=editor)
    claim = qualifying.claim(incident=found, text="The ballots vanished https://c.example/1", actor=editor)
    qualifying.judge(claim=claim, verdict="false", reason="Of 2019", actor=editor)
    qualifying.vote(incident=found, criterion="massive", answer="yes", reason="Many", voter=editor)
    qualifying.propose(incident=found, code="T0049", actor=editor)
    takedowns.send(incident=found, url="https://c.example/1", platform="Chirper", actor=editor)
    page = open_page("/collaborate/incidents/", as_user=editor, **view)
    own = found.get_absolute_url()
    faults = {}
    for path in [
        *("/collaborate/incidents/", "/collaborate/incidents/new/", "/collaborate/incidents/figures/"),
        *(own, f"{own}log/", f"{own}handover/", f"{own}report/", found.room.get_absolute_url()),
        *("/collaborate/platforms/", f"{found.room.get_absolute_url()}watches/"),
    ]:
        page.goto(path)
        faults[path] = found_on(page)
        if page.evaluate("document.documentElement.scrollWidth") > view["width"]:
            faults[path].append("wider than the screen")
    assert {path: wrong for path, wrong in faults.items() if wrong} == {}
