"""axe finds nothing on any page, on a phone in the dark in French as at a desk in English."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from disinfo.accounts.models import Role
from encyclopedia.models import Criterion, Page
from encyclopedia.services import seeding, stating
from tests.encyclopedia import factories as wiki_pages
from tests.factories import (
    CollectionFactory,
    MembershipFactory,
    OrganisationFactory,
    ServiceFactory,
    TermsFactory,
    UserFactory,
    recorded,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
VIEWS = [
    {"width": 390, "scheme": "dark", "language": "fr"},
    {"width": 1280, "scheme": "light", "language": "en"},
]
PUBLIC = [
    *(
        "/",
        "/search/?q=appeal",
        "/activity/",
        "/stats/",
        "/about/",
        "/legal/",
        "/privacy/",
        "/accessibility/",
    ),
    *(
        "/terms/",
        "/terms/changes/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/nothing/",
    ),
]
OWN = ["/account/", "/account/tokens/", "/accounts/email/", "/accounts/2fa/", "/accounts/password/change/"]


def found_on(page: Any) -> list[str]:
    """What axe says, with the elements."""
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}" for each in violations]


@pytest.fixture
def version(transactional_db):
    """A change to look at."""
    terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="open"), key="Chirper"))
    recorded(
        terms,
        "Terms\n=====\n\nYou may appeal within six months.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
        "2026-01-01",
    )
    return recorded(terms, "Terms\n=====\n\nYou may appeal within ten days.\n\n*   one", "2026-01-02")


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_public_pages(version, open_page, view):
    page = open_page("/", **view)
    terms = version.terms
    mine = [terms.get_absolute_url(), terms.service.get_absolute_url(), version.get_absolute_url()]
    changes = [version.get_change_url(), version.get_change_url() + "?view=side"]
    found = {}
    for path in [*PUBLIC, *mine, *changes, terms.get_absolute_url() + "compare/"]:
        page.goto(path)
        found[path] = found_on(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_pages_of_an_account(transactional_db, open_page, view):
    page = open_page("/", as_user=UserFactory(), **view)
    found = {}
    for path in OWN:
        page.goto(path)
        found[path] = found_on(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_overviews_of_the_encyclopedia(transactional_db, open_page, view):
    organisation = OrganisationFactory(status="vetted")
    admin = MembershipFactory(organisation=organisation, role=Role.ADMIN).user
    seeding.seed(say=lambda _line: None)
    target = Page.objects.get(language="en", slug="prebunking")
    wiki_pages.attempt(organisation, target)
    stating.state_criteria(organisation=organisation, criteria=Criterion.objects.all()[:2], actor=admin)
    page = open_page("/encyclopedia/", as_user=admin, **view)
    found = {}
    for path in [
        *("", "matrix/", "countries/", "timeline/", "commitments/", "export/", "pages/?q=botomter"),
        *(f"criteria/?with={organisation.pk}", "en/prebunking/", "en/prebunking/log/"),
        *("en/romania-2024/graph/", "fr/commitment-dsa-39/", "fr/commitment-dsa-39/evidence/"),
    ]:
        page.goto(f"/encyclopedia/{path}")
        found[path] = found_on(page)
        if page.evaluate("document.documentElement.scrollWidth") > view["width"]:
            found[path].append("wider than the screen")
    assert {path: faults for path, faults in found.items() if faults} == {}
