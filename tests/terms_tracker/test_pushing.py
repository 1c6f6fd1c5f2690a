"""An archive is pushed elsewhere after it was recorded: only there, only forward, and what fails is seen."""

import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from disinfo.accounts.models import AuditEntry
from terms_tracker import archives
from terms_tracker.archive import pushing as git_pushing
from terms_tracker.models import Remote
from terms_tracker.services import pushing
from tests.factories import CollectionFactory, UserFactory, recorded
from tests.terms_tracker.factories import FIRST, SECOND, log_in, open_terms
from tests.terms_tracker.git_server import TOKEN, serving_git

pytestmark = pytest.mark.django_db


@pytest.fixture
def forge(tmp_path, settings, monkeypatch):
    folder = tmp_path / "forge"
    folder.mkdir()
    with serving_git(folder) as server:
        settings.FETCH_ALLOW = [f"127.0.0.1/32:{server.port}"]
        settings.TERMS_PUSH_TOKENS = {f"127.0.0.1:{server.port}": TOKEN}
        monkeypatch.setenv("GIT_SSL_CAINFO", str(server.certificate))
        yield server


@pytest.fixture
def terms():
    found = open_terms()
    recorded(found, FIRST, "2026-01-01")
    return found


def remote_for(terms, address, **values):
    found = Remote.objects.create(collection=terms.service.collection, address=address, **values)
    found.collection.refresh_from_db()
    return found


def pushed(remote):
    pushing.push(remote=remote)
    remote.refresh_from_db()
    return remote


def head_of(terms):
    return archives.archive_of(terms.service.collection, archives.VERSIONS).head()


def test_what_is_recorded_is_pushed_and_then_what_is_new(terms, forge):
    remote = remote_for(terms, forge.make("one.git"))
    assert remote.is_behind
    pushed(remote)
    assert (remote.problem, remote.pushed) == ("", head_of(terms))
    assert forge.git("one.git", "rev-parse", "main") == head_of(terms)
    recorded(terms, SECOND, "2026-02-01")
    remote.collection.refresh_from_db()
    assert remote.is_behind
    pushed(remote)
    assert forge.git("one.git", "rev-list", "--count", "main") == "2"
    assert remote.next_at > timezone.now() + timedelta(minutes=4), "at most every few minutes"


def test_a_long_history_is_pushed_in_steps_and_goes_on_where_it_was_killed(terms, forge, monkeypatch):
    for number in range(5):
        recorded(terms, f"{SECOND}\n\nSentence number {number} of these terms.", f"2026-03-0{number + 1}")
    remote = remote_for(terms, forge.make("one.git"))
    monkeypatch.setattr(git_pushing.push, "__kwdefaults__", {**git_pushing.push.__kwdefaults__, "step": 2})
    note = pushing._note

    def killed(*arguments, **columns):
        note(*arguments, **columns)
        raise SystemExit

    monkeypatch.setattr(pushing, "_note", killed)
    with pytest.raises(SystemExit):
        pushing.push(remote=remote)
    assert forge.git("one.git", "rev-list", "--count", "main") == "2"
    monkeypatch.setattr(pushing, "_note", note)
    asked = len(forge.asked)
    pushed(remote)
    assert forge.git("one.git", "rev-parse", "main") == head_of(terms) == remote.pushed
    assert len(forge.asked) > asked


def test_a_repository_that_holds_other_records_is_never_overwritten(terms, forge):
    remote = remote_for(terms, forge.make("one.git"))
    tree = forge.git("one.git", "hash-object", "-t", "tree", "-w", "/dev/null")
    other = forge.git(
        "one.git", "-c", "user.name=o", "-c", "user.email=o@o.example", "commit-tree", tree, "-m", "other"
    )
    forge.git("one.git", "update-ref", "refs/heads/main", other)
    pushed(remote)
    assert "rejected" in remote.problem
    assert forge.git("one.git", "rev-parse", "main") == other
    assert remote.failures == 1
    first = remote.next_at
    pushed(remote)
    assert remote.next_at > first, "tried later and later"


def test_a_wrong_token_is_said_and_never_shown(terms, forge, settings, client):
    settings.TERMS_PUSH_TOKENS = {f"127.0.0.1:{forge.port}": "wrong-token"}
    remote = pushed(remote_for(terms, forge.make("one.git")))
    assert remote.problem
    assert "wrong-token" not in remote.problem
    page = client.get(reverse("terms:coverage")).content.decode()
    assert "the last push failed" in page
    assert remote.problem not in page, "why is for staff"
    log_in(client, UserFactory(is_staff=True))
    assert "the last push failed" in client.get(reverse("terms:coverage")).content.decode()


def test_the_token_goes_to_its_own_host_only(terms, forge, settings):
    settings.TERMS_PUSH_TOKENS = {"other.example": TOKEN}
    remote = pushed(remote_for(terms, forge.make("one.git")))
    assert remote.problem
    assert not forge.git("one.git", "for-each-ref")


def test_the_token_stands_on_no_command_line(terms, forge, monkeypatch):
    lines = []
    started = subprocess.Popen.__init__

    def noted(self, arguments, *others, **named):
        lines.append(str(arguments))
        started(self, arguments, *others, **named)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    pushed(remote_for(terms, forge.make("one.git")))
    assert any("push" in line for line in lines)
    secret = pushing._authorization(forge.url("one.git"))
    assert secret
    assert not any(TOKEN in line or secret in line for line in lines)


def test_git_goes_nowhere_that_is_not_allowed_whatever_the_environment_says(
    terms, forge, settings, monkeypatch
):
    settings.FETCH_ALLOW = []
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "*")
    remote = pushed(remote_for(terms, forge.make("one.git")))
    assert remote.problem
    assert not forge.asked


def test_a_redirection_is_not_followed(terms, forge):
    address = forge.make("one.git")
    forge.leads_to = "https://127.0.0.1:1"
    remote = pushed(remote_for(terms, address))
    assert remote.problem
    assert len(forge.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://forge.example/a.git",
        "https://me:secret@forge.example/a.git",
        "https://forge.example/",
        "https://forge.example/a.git?x=1",
        "ssh://forge.example/a.git",
        "file:///etc",
        "ext::sh -c id",
        "https://127.0.0.1/a.git",
        "https://169.254.169.254/a.git",
        "https://[::1]/a.git",
        "https://forge.example:99999/a.git",
    ],
)
def test_what_is_no_public_repository_is_refused(address):
    with pytest.raises(ValidationError):
        pushing.check_address(address)


def test_recording_waits_for_nothing_and_the_sweep_finds_what_is_behind(terms, forge, monkeypatch):
    sent = []
    monkeypatch.setattr(pushing, "send_after_commit", lambda _task, key: sent.append(key))
    remote = remote_for(terms, forge.make("one.git"))
    off = remote_for(terms, forge.make("two.git"), is_active=False)
    assert pushing.sweep() == 1
    assert sent == [remote.pk]
    pushed(remote)
    assert pushing.sweep() == 0
    pushed(off)
    assert pushing.sweep() == 0


def test_staff_write_an_address_and_the_trail_says_so(forge, as_):
    admin_client = as_("ada")
    collection = CollectionFactory()
    page = reverse("admin:terms_tracker_collection_change", args=[collection.pk])
    sent = {
        "name": collection.name,
        "languages": "[]",
        "jurisdictions": "[]",
        "metadata": "{}",
        "is_public": "on",
        "remotes-TOTAL_FORMS": "1",
        "remotes-INITIAL_FORMS": "0",
        "remotes-0-kind": "versions",
        "remotes-0-address": forge.url("one.git"),
        "remotes-0-is_active": "on",
    }
    inside = admin_client.post(page, {**sent, "remotes-0-address": "https://10.0.0.1/a.git"})
    assert "network that is not public" in inside.content.decode()
    assert admin_client.post(page, sent).status_code == 302
    remote = Remote.objects.get()
    assert remote.address == forge.url("one.git")
    assert AuditEntry.objects.filter(verb="terms.remote_saved").exists()
    sent |= {"remotes-INITIAL_FORMS": "1", "remotes-0-id": remote.pk, "remotes-0-DELETE": "on"}
    assert admin_client.post(page, sent).status_code == 302
    assert not Remote.objects.exists()
