"""The portal's own pages."""

import json
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import send_mail
from django.db import OperationalError

from disinfo.portal import tools as registry
from disinfo.portal.models import Counter, Job, OutboxMessage
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, UserFactory, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def change():
    """A change of Findly's terms."""
    terms = TermsFactory(service=ServiceFactory(collection=CollectionFactory(key="demo"), key="Findly"))
    recorded(terms, "We keep searches for thirty days. Désinformation is not allowed.", "2026-01-01")
    return recorded(terms, "We keep searches for ninety days. Désinformation is not allowed.", "2026-02-01")


@pytest.fixture
def broken_tool(monkeypatch):
    """The terms tracker, all of whose answers fail."""

    def fail(*_args, **_kwargs):
        raise RuntimeError("broken")

    (tool,) = [tool for tool in registry.tools() if tool.slug == "terms"]
    for method in ("figures", "search", "activity", "card", "sitemap", "health"):
        monkeypatch.setattr(tool, method, fail)
    return tool


def test_home_shows_the_five_tools_and_live_figures(client, change):
    answer = client.get("/")
    cards = answer.context["cards"]
    assert [card["tool"].slug for card in cards] == ["encyclopedia", "collaborate", "terms", "bots", "ads"]
    figures = {figure.name: figure.value for figure in cards[2]["figures"]}
    assert figures["services"] == 1
    assert figures["changes"] == 1
    assert change.get_change_url() in answer.content.decode()


def test_a_tool_that_fails_takes_no_other_page_down(client, change, broken_tool):
    for path in ("/", "/search/?q=days", "/activity/", "/stats/", "/sitemap.xml", "/activity/feed/"):
        assert client.get(path).status_code == 200


def test_a_tool_that_fails_shows_its_own_page(client, monkeypatch):
    from terms_tracker import figures

    monkeypatch.setattr(figures, "counts", lambda *_: 1 / 0)
    answer = client.get("/terms/")
    assert answer.status_code == 503
    assert "Terms tracker" in answer.content.decode()
    assert client.get("/about/").status_code == 200


def test_search_finds_words_whatever_their_accents_and_case(client, change):
    for query in ("desinformation", "DÉSINFORMATION", "searches ninety", "ninet"):
        answer = client.get("/search/", {"q": query})
        assert answer.context["total"] == 1, query
    assert client.get("/search/", {"q": "thirty"}).context["total"] == 0


@pytest.mark.parametrize(
    "query", ['"', "'", "a AND", "NEAR(", "*", "col:x", "🤖", "\x00", "é" * 500, "%", "; DROP TABLE x"]
)
def test_no_query_breaks_the_search(client, change, query):
    assert client.get("/search/", {"q": query}).status_code == 200


def test_matches_are_marked_and_nothing_of_the_text_is_markup(client, change):
    recorded(change.terms, "<script>alert(1)</script> searches", "2026-03-01")
    html = client.get("/search/?q=searches").content.decode()
    assert "<mark" in html
    assert "<script>alert" not in html


def test_a_card_is_given_for_each_kind_of_permalink(change):
    nobody = AnonymousUser()
    for path in (
        change.get_change_url(),
        change.get_absolute_url(),
        change.terms.get_absolute_url(),
        change.terms.service.get_absolute_url(),
    ):
        card = registry.card_for(path, nobody)
        assert card, path
        assert "Findly" in str(card.title)
    assert registry.card_for("/terms/change/" + "0" * 40 + "/", nobody) is None
    assert registry.card_for("/nothing/", nobody) is None
    assert registry.card_for("/encyclopedia/x/", nobody) is None


def test_statistics_are_a_page_and_files(client, change):
    Counter.add("terms.changes", 3)
    assert client.get("/stats/").status_code == 200
    rows = b"".join(client.get("/stats/?format=csv").streaming_content).decode().splitlines()
    assert rows[0] == "tool,name,day,value"
    assert any(row.startswith("terms,services") for row in rows)
    assert any(row.startswith("terms,changes") and row.endswith(",4") for row in rows)
    assert isinstance(json.loads(b"".join(client.get("/stats/?format=json").streaming_content)), list)


def test_counting_together_loses_nothing():
    for _ in range(5):
        Counter.add("ads.votes")
    assert Counter.objects.get(name="ads.votes").count == 5


def test_the_activity_feed_is_atom(client, change):
    root = ET.fromstring(client.get("/activity/feed/").content)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 2


def test_the_sitemap_has_public_pages(client, change):
    assert change.terms.get_absolute_url() in client.get("/sitemap.xml").content.decode()


def test_small_files_for_machines_are_there(client, settings):
    assert "Sitemap:" in client.get("/robots.txt").content.decode()
    security = client.get("/.well-known/security.txt").content.decode()
    assert f"Contact: mailto:{settings.CONTACT_EMAIL}" in security
    assert "Expires:" in security
    assert client.get("/manifest.webmanifest").json()["start_url"] == "/"


def test_live_looks_at_nothing_and_ready_at_everything(client):
    assert client.get("/health/live").json() == {"status": "ok"}
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] is True
    assert answer.json()["checks"]["worker"] is False


def test_pages_speak_the_language_that_is_asked(client):
    assert 'lang="fr"' in client.get("/", headers={"Accept-Language": "fr-FR,fr;q=0.9"}).content.decode()
    assert 'lang="en"' in client.get("/", headers={"Accept-Language": "de"}).content.decode()
    client.post("/i18n/setlang/", {"language": "fr", "next": "/about/"})
    assert 'lang="fr"' in client.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_changing_language_never_leads_elsewhere(client):
    answer = client.post("/i18n/setlang/", {"language": "fr", "next": "https://evil.example/"})
    assert "evil" not in answer.url


def test_errors_are_pages_for_people_and_problems_for_programs(client):
    page = client.get("/nothing/")
    assert page.status_code == 404
    assert b"<h1" in page.content
    problem = client.get("/api/v1/nothing/")
    assert problem["Content-Type"] == "application/problem+json"
    assert problem.json()["status"] == 404


def test_while_the_portal_is_mended_only_staff_come_in(client, settings):
    settings.MAINTENANCE_FILE.touch()
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert client.get("/health/live").status_code == 200
    client.force_login(UserFactory(is_staff=True), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 200


def test_a_form_without_its_token_is_explained():
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "fr"})
    assert answer.status_code == 403
    assert b"<h1" in answer.content


def test_a_job_is_shown_to_whoever_started_it_only(as_, people):
    job = Job.objects.create(kind="x", label="Import", owner=people["alice"], done=1, total=4)
    assert job.percent == 25
    assert as_("alice").get(job.get_absolute_url()).status_code == 200
    assert as_("ada").get(job.get_absolute_url()).status_code == 200
    assert as_("charlie").get(job.get_absolute_url()).status_code == 404
    assert as_("charlie").get(f"/api/v1/jobs/{job.pk}/").status_code == 404
    assert as_("alice").get(f"/api/v1/jobs/{job.pk}/").json()["percent"] == 25
    assert as_("anonymous").get(job.get_absolute_url()).status_code == 302


def test_the_style_page_is_for_developers(client, settings):
    assert client.get("/styleguide/").status_code == 404
    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200


def test_pages_read_are_counted_without_anybody_being_known(client):
    from disinfo.portal import visits

    for path in ("/", "/about/", "/terms/", "/nothing/", "/robots.txt", "/api/v1/stats/"):
        assert "Set-Cookie" not in client.get(path)
    visits.keep()
    visits.keep()
    assert dict(Counter.objects.values_list("name", "count")) == {"portal.pages": 2, "terms.pages": 1}


@pytest.mark.parametrize("path", ["/", "/terms/", "/nothing/"])
def test_without_a_database_errors_are_still_pages(as_, monkeypatch, path):
    browser = as_("alice")
    browser.raise_request_exception = False

    def fail(*_args):
        raise OperationalError("the database is away")

    monkeypatch.setattr(SessionStore, "load", fail)
    answer = browser.get(path)
    assert answer.status_code == 500
    assert b"</html>" in answer.content


def test_while_the_portal_is_mended_the_database_may_be_away(as_, settings, monkeypatch):
    browser = as_("alice")

    def fail(*_args):
        raise OperationalError("the database is away")

    settings.MAINTENANCE_FILE.touch()
    monkeypatch.setattr(SessionStore, "load", fail)
    assert b"</html>" in browser.get("/").content
    answer = browser.get("/api/v1/tools/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")


def test_a_proxy_that_weakens_an_etag_is_still_understood(client):
    etag = client.get("/api/v1/tools/")["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        answer = client.get("/api/v1/tools/", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b""), known


def test_staff_do_not_read_the_links_of_other_peoples_mails(as_):
    send_mail("Reset", "https://portal.example/reset/secret-link/", None, ["a@people.example"])
    message = OutboxMessage.objects.get()
    page = as_("ada").get(f"/admin/portal/outboxmessage/{message.pk}/change/")
    assert page.status_code == 200
    assert b"secret-link" not in page.content


def test_the_interface_for_programs_refuses_in_the_language_that_is_asked_for(client):
    def refusal(language):
        answer = client.get("/api/v1/terms/memos/1/", headers={"accept-language": language})
        assert answer.status_code == 404
        return answer.json()["detail"]

    assert refusal("en") == "There is no such thing, or it is not open to you."
    assert refusal("fr") == "Cela n’existe pas, ou ne vous est pas ouvert."
