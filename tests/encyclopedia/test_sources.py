"""Works that pages cite: recorded, copied, and tried from time to time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from disinfo import fetcher, files
from disinfo.accounts.models import AuditEntry, Role
from encyclopedia.models import Source
from encyclopedia.services import sources
from tests.encyclopedia.factories import page, source
from tests.encyclopedia.test_pages import log_in
from tests.factories import UserFactory
from tests.servers import Answer, serving

pytestmark = pytest.mark.django_db
HOME = "/encyclopedia/"


@pytest.fixture
def site(settings):
    """A server on the loopback that may be fetched."""
    settings.FETCH_HOST_DELAY_MS = 0
    with serving() as server:
        settings.FETCH_ALLOW = [server.address]
        server.answers["/report"] = Answer("<script>alert(1)</script><p>The report</p>")
        yield server
        fetcher.close()


def checked(found: Source) -> Source:
    sources.check(keys=[found.pk])
    found.refresh_from_db()
    return found


def test_a_member_records_what_a_page_cites(client):
    target = page(body="So it was [@roe-2019].")
    assert "?key=roe-2019" in client.get(target.get_absolute_url()).content.decode()
    log_in(client, Role.MEMBER)
    assert 'value="roe-2019"' in client.get(f"{HOME}sources/new/?key=roe-2019").content.decode()
    answer = client.post(f"{HOME}sources/new/", {"key": "roe-2019", "title": "The report", "date": "2019-05"})
    assert "Hashtag flooding" in client.get(answer.url).content.decode()
    assert answer.url in client.get(target.get_absolute_url()).content.decode()
    assert AuditEntry.objects.get(verb="encyclopedia.record_source").object_label == "The report"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "a b"},
        {"key": ""},
        {"date": "last week"},
        {"address": "javascript:alert(1)"},
        {"title": ""},
        {"key": "taken"},
    ],
)
def test_a_source_that_cannot_be_is_refused_with_advice(client, wrong):
    source("taken")
    log_in(client, Role.MEMBER)
    answer = client.post(f"{HOME}sources/new/", {"key": "new", "title": "A report"} | wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert Source.objects.count() == 1


def test_two_people_who_record_one_key_at_once_make_one_source():
    source("roe-2019")
    with pytest.raises(sources.KeyTakenError):
        sources.record(source=Source(key="roe-2019", title="Another"), editor=UserFactory())
    assert Source.objects.get().title == "A report"


def test_the_key_of_a_source_stays_what_pages_cite(client):
    found = source("roe-2019")
    log_in(client, Role.MEMBER)
    client.post(f"{HOME}source/roe-2019/edit/", {"key": "other", "title": "Better"})
    found.refresh_from_db()
    assert (found.key, found.title) == ("roe-2019", "Better")


def test_a_copy_is_kept_and_only_ever_given_as_a_file(client, site):
    found = checked(source(address=site.url("/report")))
    assert files.read(found.archived_file.name) == site.answers["/report"].body.encode()
    assert (found.problem, found.archived_type) == ("", "text/html")
    answer = client.get(f"{HOME}source/roe-2019/copy/")
    assert answer["Content-Disposition"] == 'attachment; filename="roe-2019.html"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_source_is_visited_once_a_week_and_its_first_copy_stays(site):
    found = checked(source(address=site.url("/report")))
    site.answers["/report"] = Answer("Another text")
    assert checked(found).archived_sha256 == found.archived_sha256
    assert len(site.requests) == 1
    Source.objects.update(checked_at=timezone.now() - timedelta(days=8))
    before = found.archived_sha256
    assert checked(found).archived_sha256 == before
    assert len(site.requests) == 2


def test_a_dead_link_is_said_on_the_page_and_taken_back_when_it_lives(client, site):
    target = page(body="So it was [@roe-2019].")
    site.answers["/report"] = Answer("gone", status=404)
    found = checked(source(address=site.url("/report")))
    assert found.is_gone
    assert "dead link" in client.get(target.get_absolute_url()).content.decode()
    site.answers["/report"] = Answer("back")
    assert not Source.objects.due().exists()
    Source.objects.update(checked_at=timezone.now() - timedelta(days=2))
    assert checked(found).problem == ""
    assert "dead link" not in client.get(target.get_absolute_url()).content.decode()


def test_a_server_in_trouble_is_not_a_dead_link(site):
    site.answers["/report"] = Answer("later", status=500)
    found = checked(source(address=site.url("/report")))
    assert found.problem == "http_status 500"
    assert not found.is_gone


def test_what_is_inside_the_network_is_never_fetched(site, settings):
    settings.FETCH_ALLOW = []
    found = checked(source(address=site.url("/report")))
    assert (found.problem, site.requests) == ("refused_address", [])


def test_of_what_is_no_document_only_the_link_is_tried(site):
    site.answers["/report"] = Answer(b"\0\1", headers={"Content-Type": "application/x-msdownload"})
    found = checked(source(address=site.url("/report")))
    assert (found.problem, found.archived_file.name) == ("", "")


def test_another_address_forgets_the_copy_of_the_first(site):
    found = checked(source(address=site.url("/report")))
    found.address = site.url("/other")
    sources.record(source=found, editor=UserFactory())
    found.refresh_from_db()
    assert (found.archived_file.name, found.checked_at) == ("", None)
    assert checked(found).archived_file.name.endswith(".html")


def test_what_came_from_an_address_that_was_changed_meanwhile_is_not_kept(site):
    found = source(address=site.url("/report"))
    stale = Source.objects.get()
    Source.objects.update(address="https://elsewhere.example/")
    sources._visit(stale)
    found.refresh_from_db()
    assert (found.checked_at, found.archived_file.name) == (None, "")


def test_the_sweep_hands_out_what_is_due_in_batches(django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr("encyclopedia.tasks.check_sources.apply_async", lambda args: sent.append(args[0]))
    for number in range(25):
        source(f"s{number}", address=f"https://s{number}.example/")
    source("checked", address="https://checked.example/", checked_at=timezone.now())
    source("book")
    with django_capture_on_commit_callbacks(execute=True):
        assert sources.sweep() == 25
    assert [len(keys) for keys in sent] == [20, 5]
