"""Several people in one incident at once, on either database: one chain, nothing lost, nothing twice, no one stuck."""

import json
import random
from datetime import timedelta

import pytest
from django.utils import timezone

from collaborate import incident_log
from collaborate.models import Address, Incident, LogEntry, Takedown, Technique
from collaborate.services import addresses, incidents, logbook, qualifying, reporting, takedowns
from disinfo import fetcher
from disinfo.safe_http import HttpStatusError, Response
from encyclopedia.models import Page
from tests.collaborate.incident_factories import address
from tests.collaborate.incident_factories import incident as make
from tests.factories import MembershipFactory
from tests.together import own_connections, together

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 6
URL = "https://chirper.example/1"


@pytest.fixture
def crowd(people, organisation):
    """Six people: three of one organisation, three of others."""
    same = [MembershipFactory(organisation=organisation, role="editor").user for _ in range(3)]
    return same + [MembershipFactory(role="editor").user for _ in range(3)]


@pytest.fixture
def incident(people, tmp_path):
    """An incident, in a database where each thread has a connection of its own."""
    made = make(people["alice"])
    with own_connections(tmp_path):
        yield made


class Server:
    """A server whose page is there, or is not."""

    def __init__(self):
        self.is_there = True

    def get(self, url, **_options):
        if not self.is_there:
            raise HttpStatusError("no", status=404)
        return Response(url, 200, {"content-type": "text/html"}, b"<p>Ballots</p>", (), 0.1, None)


@pytest.fixture
def server(monkeypatch):
    made = Server()
    monkeypatch.setattr(fetcher, "client", lambda: made)
    return made


def fresh(incident):
    return Incident.objects.select_related("room").get(pk=incident.pk)


def assert_whole(incident):
    """The chain has no fault, ends where the incident says, and the room's numbers have no gap."""
    now = fresh(incident)
    lines = [json.dumps(line) for line in logbook.lines(now)]
    assert list(incident_log.faults(lines, head=now.log_head)) == []
    assert len(lines) == now.log_count
    numbers = list(now.room.messages.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_chain_neither_forks_nor_gaps_when_six_write_at_once(incident, crowd):
    def write(place):
        for number in range(10):
            incidents.note(incident=fresh(incident), text=f"{place}.{number}", actor=crowd[place])

    together(PEOPLE, write)
    assert_whole(incident)
    notes = incident.log.filter(kind=LogEntry.Kind.NOTE)
    assert {row.text for row in notes} == {f"{a}.{b}" for a in range(PEOPLE) for b in range(10)}
    for place in range(PEOPLE):
        own = [row.text for row in notes.order_by("number") if row.text.startswith(f"{place}.")]
        assert own == [f"{place}.{number}" for number in range(10)]


def test_a_state_that_six_choose_at_once_is_reached_once(incident, crowd):
    together(
        PEOPLE,
        lambda place: incidents.change_state(incident=fresh(incident), state="qualified", actor=crowd[place]),
    )
    assert incident.log.filter(data__state="qualified").count() == 1
    assert incident.room.messages.count() == 1
    assert_whole(incident)


def test_states_that_cross_leave_the_clocks_of_the_last_one(incident, crowd):
    states = ["qualified", "responding", "closed", "detected", "responding", "qualified"]
    together(
        PEOPLE,
        lambda place: incidents.change_state(
            incident=fresh(incident), state=states[place], actor=crowd[place]
        ),
    )
    now = fresh(incident)
    last = incident.log.filter(kind=LogEntry.Kind.STATE).order_by("-number").first()
    assert last.data["state"] == now.state
    reached = {"detected": 0, "qualified": 1, "responding": 2, "closed": 3}[now.state]
    clocks = [now.qualified_at, now.responding_at, now.closed_at]
    assert [clock is not None for clock in clocks] == [place < reached for place in range(3)]
    assert_whole(incident)


def test_two_of_one_organisation_who_vote_at_once_leave_one_answer_the_last_in_the_log(incident, crowd):
    answers = ["yes", "no", "unsure"] * 2
    together(
        PEOPLE,
        lambda place: qualifying.vote(
            incident=fresh(incident),
            criterion="massive",
            answer=answers[place],
            reason=f"because {place}",
            voter=crowd[place],
        ),
    )
    assert incident.votes.count() == 4
    votes = incident.log.filter(kind=LogEntry.Kind.CRITERION)
    assert votes.count() == PEOPLE
    for vote in incident.votes.select_related("organisation"):
        last = votes.filter(organisation=vote.organisation.name).order_by("-number").first()
        assert last.text.endswith(vote.reason)
    assert_whole(incident)


def test_one_claim_that_six_note_at_once_is_one_claim(incident, crowd):
    texts = ["The ballots of station 12 vanished", f"Seen {URL} and https://chirper.example/2"]

    def note(place):
        # Half of them name the two addresses the other way round.
        words = texts[1] if place % 2 else f"Ballots: https://chirper.example/2 and {URL}"
        qualifying.claim(incident=fresh(incident), text=words, actor=crowd[place])
        qualifying.claim(incident=fresh(incident), text=texts[0], actor=crowd[place])

    together(PEOPLE, note)
    assert incident.claims.count() == 2
    assert Address.objects.count() == 2
    assert incident.log.filter(kind=LogEntry.Kind.ADDRESS).count() == 2
    assert_whole(incident)


def test_a_technique_that_two_accept_at_once_is_accepted_once(incident, crowd):
    row = qualifying.propose(incident=incident, code="T0046", actor=crowd[0])
    together(
        PEOPLE - 1,
        lambda place: qualifying.decide(
            technique=Technique.objects.select_related("incident").get(pk=row.pk),
            is_accepted=True,
            actor=crowd[place + 1],
        ),
    )
    assert incident.log.filter(kind=LogEntry.Kind.TECHNIQUE).count() == 2
    assert_whole(incident)


def test_an_address_that_four_workers_look_at_at_once_is_copied_and_gone_once(incident, crowd, server):
    takedowns.send(incident=incident, url=URL, platform="Chirper", actor=crowd[0])
    row = address(incident, URL)

    def look(_place):
        addresses.check(address=Address.objects.select_related("link").get(pk=row.pk))

    def due():
        Address.objects.filter(pk=row.pk).update(next_check_at=timezone.now())

    together(4, look)
    server.is_there = False
    for _ in range(2):
        due()
        together(4, look)
    kinds = incident.log.filter(kind=LogEntry.Kind.ADDRESS)
    assert [kinds.filter(text__startswith=word).count() for word in ("Copied", "Gone")] == [1, 1]
    assert Takedown.objects.get().gone_at == Address.objects.get().gone_since is not None
    assert_whole(incident)


def test_a_report_that_two_publish_at_once_is_one_page(incident, crowd):
    reporting.save(incident=incident, text="What happened.", actor=crowd[0])

    def publish(place):
        try:
            return reporting.hand_in(incident=fresh(incident), title="Ballots", actor=crowd[place])
        except reporting.RefusedError:
            return None

    urls = together(4, publish)
    assert len({url for url in urls if url}) == 1
    assert Page.objects.filter(kind__code="case-study").count() + _proposals() == 1
    assert_whole(incident)


def _proposals():
    from encyclopedia.models import Revision

    return Revision.objects.exclude(page__in=Page.objects.live()).count()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_six_do_at_once_nobody_waits_for_ever_and_the_chain_holds(incident, crowd, server, seed):
    first = takedowns.send(incident=incident, url=URL, platform="Chirper", actor=crowd[0])
    technique = qualifying.propose(incident=incident, code="T0046", actor=crowd[0])
    incidents.add_step(incident=incident, text="Call the platform", actor=crowd[0])

    def deeds(chance, actor):
        number = chance.randrange(3)
        own = fresh(incident)
        yield lambda: incidents.change_state(
            incident=own, state=chance.choice(Incident.State.values), actor=actor
        )
        yield lambda: qualifying.vote(
            incident=own, criterion="foreign", answer="unsure", reason="?", voter=actor
        )
        yield lambda: qualifying.claim(incident=own, text=f"Claim at {URL}{number} and {URL}", actor=actor)
        yield lambda: takedowns.send(incident=own, url=f"{URL}{number}", platform="Chirper", actor=actor)
        yield lambda: takedowns.mark(
            takedown=Takedown.objects.select_related("incident__room").get(pk=first.pk),
            what=chance.choice(["acknowledge", "declare"]),
            actor=actor,
        )
        yield takedowns.remind
        yield lambda: qualifying.decide(
            technique=Technique.objects.select_related("incident").get(pk=technique.pk),
            is_accepted=False,
            actor=actor,
        )
        yield lambda: incidents.tick(
            step=own.steps.select_related("incident").get(), actor=actor, is_done=chance.random() < 0.5
        )
        yield lambda: incidents.note(incident=own, text="Decided", actor=actor, is_decision=True)
        yield lambda: look_at_one(chance)

    def look_at_one(chance):
        server.is_there = chance.random() < 0.5
        for row in Address.objects.select_related("link").order_by("?")[:1]:
            Address.objects.filter(pk=row.pk).update(next_check_at=timezone.now())
            addresses.check(address=row)

    def act(place):
        chance = random.Random(seed * 100 + place)
        for _ in range(12):
            deed = chance.choice(list(deeds(chance, crowd[place])))
            try:
                deed()
            except takedowns.RefusedError:
                continue  # the address was gone when it was asked for

    Takedown.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    together(PEOPLE, act)
    assert_whole(incident)
    for row in Takedown.objects.select_related("address"):
        assert (row.gone_at is None) == (row.address.gone_since is None)
