"""Addresses and requests: what is measured, against servers that stumble and lie."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from collaborate.incident_figures import quantile
from collaborate.models import Address, Link, Takedown
from collaborate.services import addresses, answering, looking, qualifying, takedowns
from collaborate.services.refusals import RefusedError
from disinfo import fetcher, files
from disinfo.safe_http import ConnectError, DnsError, FetchError, HttpStatusError, Response
from tests.collaborate import factories as chat
from tests.collaborate.incident_factories import address, look_again
from tests.collaborate.incident_factories import incident as make

pytestmark = pytest.mark.django_db


class Server:
    """A server that answers as it is told."""

    def __init__(self):
        self.answer = "<p>Ballots</p>"
        self.asked = []

    def get(self, url, **_options):
        self.asked.append(url)
        if isinstance(self.answer, FetchError):
            raise self.answer
        headers = {"content-type": "text/html"}
        return Response(url, 200, headers, self.answer.encode(), (), 0.1, None)


def status(code):
    return HttpStatusError("no", status=code)


@pytest.fixture
def server(monkeypatch):
    made = Server()
    monkeypatch.setattr(fetcher, "client", lambda: made)
    return made


@pytest.fixture
def incident(people):
    return make(people["alice"])


def test_an_address_posted_in_an_incident_is_copied_and_hashed_at_first_mention(incident, people, server):
    said = chat.said(incident.room, people["alice"], "See https://c.example/1 and https://c.example/1")
    qualifying.hear(message=said)
    row = look_again(Address.objects.get())
    assert files.read(row.file) == b"<p>Ballots</p>"
    assert row.sha256 in incident.log.get(text__startswith="Copied").data["sha256"]
    server.answer = "<p>Other</p>"
    assert look_again(row).sha256 == row.sha256


def test_an_address_whose_worker_died_is_found_by_the_sweep(incident, people, server):
    chat.said(incident.room, people["alice"], "See https://c.example/1")
    assert addresses.sweep() == 1
    assert addresses.sweep() == 1
    assert Address.objects.count() == 1
    assert incident.log.filter(text__startswith="Address met").count() == 1


def test_a_request_is_acted_upon_when_the_address_is_seen_gone_twice(incident, people, server):
    row = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    look_again(row.address)
    server.answer = status(404)
    missed = look_again(row.address)
    assert missed.gone_since is None
    gone = look_again(row.address)
    row.refresh_from_db()
    assert row.gone_at == gone.gone_since == missed.missed_at
    assert incident.room.messages.filter(text__startswith="Gone since").count() == 1


@pytest.mark.parametrize("stumble", [status(500), status(403), status(429), DnsError("no"), status(502)])
def test_a_server_that_stumbles_has_taken_nothing_down(incident, people, server, stumble):
    row = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    server.answer = stumble
    for _time in range(3):
        look_again(row.address)
    row.refresh_from_db()
    assert row.gone_at is None
    assert Address.objects.get().problem


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("dns", "The name of the site leads nowhere."),
        ("http_status 503", "The site answered with error 503."),
        ("", ""),
    ],
)
def test_why_an_address_could_not_be_looked_at_is_said_in_words(problem, words):
    assert Address(problem=problem).why == words


def test_one_absence_between_two_answers_is_forgotten(incident, server):
    row = address(incident)
    for answer in (status(404), "<p>back</p>", status(404)):
        server.answer = answer
        row = look_again(row)
    assert row.gone_since is None


def test_what_comes_back_is_no_longer_gone_and_its_clock_runs_again(incident, people, server):
    row = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    server.answer = status(410)
    look_again(row.address)
    look_again(row.address)
    server.answer = "<p>back</p>"
    look_again(row.address)
    row.refresh_from_db()
    assert row.gone_at is None
    assert incident.log.filter(text__startswith="Is there again").exists()


def test_that_a_platform_says_so_does_not_make_it_gone(incident, people, server):
    row = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    takedowns.mark(takedown=row, what="declare", actor=people["alice"])
    look_again(row.address)
    row.refresh_from_db()
    assert row.declared_at
    assert row.gone_at is None
    assert "still there" in row.state


def test_a_request_sent_twice_is_one_with_the_first_clock(incident, people):
    first = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    again = takedowns.send(
        incident=incident, url="https://c.example/1", platform="chirper", actor=people["rita"]
    )
    assert (again.pk, again.sent_at) == (first.pk, first.sent_at)
    takedowns.mark(takedown=first, what="withdraw", actor=people["alice"])
    assert (
        takedowns.send(
            incident=incident, url="https://c.example/1", platform="CHIRPER", actor=people["rita"]
        ).platform
        == "Chirper"
    )


@pytest.mark.parametrize(("url", "platform"), [("c.example", "X"), ("https://c.example/1", " "), ("", "")])
def test_a_request_needs_an_address_and_a_platform(incident, people, url, platform):
    with pytest.raises(RefusedError):
        takedowns.send(incident=incident, url=url, platform=platform, actor=people["alice"])


def test_the_room_is_reminded_at_60_80_and_90_minutes_each_once(incident, people, server):
    row = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    look_again(row.address)
    said = []
    for minutes in (59, 60, 61, 79, 80, 89, 90, 200):
        Takedown.objects.filter(pk=row.pk).update(
            sent_at=timezone.now() - timedelta(minutes=minutes, seconds=1)
        )
        said += [minutes] * takedowns.remind()
    assert said == [60, 80, 90]
    assert incident.room.messages.filter(text__contains="still there").count() == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not been looked at"),
        (ConnectError("no"), "told nothing: No connection"),
        (status(503), "error 503"),
    ],
)
def test_a_reminder_says_that_an_address_is_there_only_if_it_answered(
    incident, people, server, answer, words
):
    row = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    if answer:
        server.answer = answer
        look_again(row.address)
    Takedown.objects.filter(pk=row.pk).update(sent_at=timezone.now() - timedelta(minutes=61))
    takedowns.remind()
    said = incident.room.messages.order_by("-number").first().text
    assert words in said
    assert "still there" not in said


def test_what_was_never_seen_is_not_said_to_have_gone(incident, people, server):
    row = address(incident)
    server.answer = status(404)
    for _time in range(2):
        look_again(row)
    assert incident.room.messages.get().text.startswith("Not there when it was first looked at")


def test_what_the_sweep_writes_into_a_log_is_in_the_language_of_the_room(people, server, settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("fr"):
        found = make(people["alice"])
    chat.said(found.room, people["alice"], "https://c.example/1")
    addresses.sweep()
    assert found.log.get(kind="address").text.startswith("Adresse rencontrée")


def test_the_addresses_of_an_answer_are_met_by_nobody(incident, people, server, monkeypatch):
    monkeypatch.setattr(looking, "_look_of", lambda _url, _message: "0" * 16)
    asked = chat.said(incident.room, people["alice"], "/source https://c.example/1.png")
    answering.answer(message=asked)
    assert incident.room.messages.filter(text__contains="lens.google.com").exists()
    assert list(Link.objects.values_list("url", flat=True)) == ["https://c.example/1.png"]


def test_a_room_asleep_is_reminded_once_for_all_that_passed(incident, people):
    row = takedowns.send(
        incident=incident, url="https://c.example/1", platform="Chirper", actor=people["alice"]
    )
    Takedown.objects.filter(pk=row.pk).update(sent_at=timezone.now() - timedelta(minutes=95))
    assert [takedowns.remind(), takedowns.remind()] == [1, 0]


def test_quantiles_are_by_nearest_rank():
    assert quantile([], 0.5) is None
    assert quantile([3], 0.95) == 3
    assert quantile([1, 2, 3, 4], 0.5) == 2
    assert quantile(list(range(1, 101)), 0.95) == 95


def test_a_copy_is_given_as_a_file_to_who_may_enter_the_incident(incident, server, as_):
    row = look_again(address(incident))
    answer = as_("rita").get(f"/collaborate/copies/{row.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert as_("charlie").get(f"/collaborate/copies/{row.pk}/").status_code == 404
