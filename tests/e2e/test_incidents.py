"""From an alarm to a published case study, without leaving the portal."""

import pytest

from collaborate.models import Incident
from collaborate.services import incidents, qualifying, takedowns
from encyclopedia.models import Page
from tests.collaborate import factories as chat
from tests.collaborate.incident_factories import incident as make
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import VIEWS, found_on
from tests.encyclopedia import factories as pages
from tests.factories import MembershipFactory

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
