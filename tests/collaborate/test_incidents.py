"""Incidents: who may, what is kept, what is measured."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from collaborate import incident_log
from collaborate.grid import grid_of
from collaborate.models import Bot, Claim, Incident, Participant, Room, Takedown
from collaborate.permissions import can_respond
from collaborate.services import demo_incident, incidents, logbook, qualifying, reporting, takedowns
from collaborate.services.refusals import RefusedError
from disinfo.portal.tools import card_for, tools
from encyclopedia.models import Criterion, Page
from encyclopedia.services import seeding, stating, vocabulary
from tests.collaborate import factories as chat
from tests.collaborate.incident_factories import incident as make
from tests.encyclopedia import factories as pages
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def texts(incident):
    return [entry.text for entry in incident.log.order_by("number")]


def test_a_thread_becomes_an_incident_that_begins_with_what_was_said(alarms, people):
    root = chat.said(alarms, people["alice"], "The ballots vanished")
    chat.said(alarms, people["rita"], "Massive?", root=root)
    found = incidents.open_from(message=root, opener=people["rita"])
    said = found.room.messages.get(number=1)
    assert "> The ballots vanished" in said.text
    assert "> Massive?" in said.text
    assert found.owner == people["rita"]


def test_a_thread_asked_for_twice_is_one_incident(alarms, people):
    root = chat.said(alarms, people["alice"])
    reply = chat.said(alarms, people["rita"], root=root)
    first = incidents.open_from(message=root, opener=people["alice"])
    assert incidents.open_from(message=reply, opener=people["rita"]) == first


def test_an_incident_of_a_private_room_is_known_to_its_people_only(secret, people, partner):
    guest = UserFactory()
    chat.seat(secret, guest, Participant.Role.GUEST)
    found = incidents.open_from(message=chat.said(secret, people["alice"]), opener=people["alice"])
    assert not Incident.objects.visible_to(partner).filter(pk=found.pk).exists()
    assert not Incident.objects.visible_to(people["rita"]).filter(pk=found.pk).exists()
    assert Incident.objects.visible_to(guest).filter(pk=found.pk).exists()
    assert not can_respond(guest, found)
    assert can_respond(people["alice"], found)


def test_an_incident_from_a_watch_is_named_in_plain_words_and_begins_with_what_it_told(alarms, people):
    text = "**Ballots \\(12\\) gone**\n\nTotal engagement: 5,617\n\nhttps://c.example/1\n\n*News*"
    alarm = chat.said(alarms, Bot.objects.portal().user, text, nonce="news:1")
    found = incidents.open_from(message=alarm, opener=people["alice"])
    assert found.room.name == "Ballots (12) gone"
    first = found.room.messages.get()
    assert [link.url for link in first.links.all()] == ["https://c.example/1"]
    assert found.room.participants.get(user=people["alice"]).last_read == first.number
    assert card_for(alarm.get_absolute_url(), people["rita"]).summary.startswith("Ballots (12) gone\nTotal")


def test_an_incident_bears_the_mark_of_the_message_it_comes_from(alarms, people):
    root = chat.said(alarms, people["alice"], tlp="amber")
    assert incidents.open_from(message=root, opener=people["alice"]).room.tlp == "amber"


def test_clocks_stop_when_a_state_is_reached_and_run_again_when_it_is_left(people):
    found = make(people["alice"])
    incidents.change_state(incident=found, state="responding", actor=people["alice"])
    assert found.time_to_qualify is not None
    assert found.time_to_respond is not None
    incidents.change_state(incident=found, state="detected", actor=people["rita"])
    found.refresh_from_db()
    assert found.time_to_qualify is None
    assert found.responding_at is None
    with pytest.raises(RefusedError):
        incidents.change_state(incident=found, state="nonsense", actor=people["alice"])


def test_what_happens_is_told_in_the_room_and_logged(people):
    found = make(people["alice"])
    incidents.change_state(incident=found, state="qualified", actor=people["rita"])
    assert "detected → qualified" in found.room.messages.get(by_bot=True).text
    assert texts(found) == ["Incident opened.", "detected → qualified"]
    assert found.log.get(number=2).author == "Rita"


def test_the_steps_of_a_practice_become_the_checklist(people):
    page = pages.page(title="Archive", body="## How\n\n1. Keep a *copy*\n2. Note the [[hash]]\n")
    found = make(people["alice"])
    assert incidents.follow(incident=found, path=page.get_absolute_url(), actor=people["alice"]) == 2
    assert [step.text for step in found.steps.all()] == ["Keep a copy", "Note the hash"]
    assert incidents.follow(incident=found, path=page.get_absolute_url(), actor=people["alice"]) == 0
    with pytest.raises(RefusedError):
        incidents.follow(incident=found, path="/encyclopedia/en/nothing/", actor=people["alice"])


def test_a_step_ticked_twice_is_logged_once(people):
    found = make(people["alice"])
    incidents.add_step(incident=found, text="Call the platform", actor=people["alice"])
    step = found.steps.get()
    for _time in range(2):
        incidents.tick(step=step, actor=people["rita"], is_done=True)
    assert texts(found).count("Done: Call the platform") == 1


def test_evidence_is_a_card_one_may_read_or_an_address(people, secret):
    page = pages.page(body="Known")
    found = make(people["alice"])
    incidents.add_evidence(incident=found, what=page.get_absolute_url(), note="why", actor=people["alice"])
    incidents.add_evidence(incident=found, what="https://e.example/x", note="", actor=people["alice"])
    assert [str(each) for each in found.evidence.all()] == [page.get_absolute_url(), "https://e.example/x"]
    with pytest.raises(RefusedError):
        incidents.add_evidence(incident=found, what=secret.get_absolute_url(), note="", actor=people["rita"])


def test_the_same_address_or_nearly_the_same_words_are_one_claim(people):
    found = make(people["alice"])
    first = qualifying.claim(
        incident=found, text="The ballots of station 12 vanished https://e.example/1", actor=people["alice"]
    )
    same_words = qualifying.claim(
        incident=found, text="The ballots of station 12 had vanished!", actor=people["rita"]
    )
    same_address = qualifying.claim(incident=found, text="Look https://e.example/1", actor=people["rita"])
    other = qualifying.claim(incident=found, text="The ballots of station 13 vanished", actor=people["rita"])
    assert same_words == same_address == first
    assert other != first
    assert first.appearances.count() == 2


def test_a_verdict_needs_a_reason(people):
    found = make(people["alice"])
    claim = qualifying.claim(incident=found, text="Something false is said", actor=people["alice"])
    with pytest.raises(RefusedError):
        qualifying.judge(claim=claim, verdict="false", reason=" ", actor=people["rita"])
    qualifying.judge(claim=claim, verdict="false", reason="It is of 2019", actor=people["rita"])
    assert Claim.objects.get().verdict == "false"


def test_organisations_that_disagree_are_seen_to(people, partner):
    found = make(people["alice"])
    for voter, answer in ((people["alice"], "yes"), (partner, "no"), (people["rita"], "yes")):
        qualifying.vote(incident=found, criterion="massive", answer=answer, reason="because", voter=voter)
    row = grid_of(found)[0]
    assert row.is_disputed
    assert len(row.votes) == 2  # Alice and Rita speak for one organisation
    with pytest.raises(RefusedError):
        qualifying.vote(incident=found, criterion="massive", answer="no", reason="", voter=partner)


def test_in_french_a_colon_stands_off_from_its_word(people, as_):
    found = make(people["alice"])
    qualifying.vote(
        incident=found, criterion="massive", answer="yes", reason="because", voter=people["alice"]
    )
    page = as_("alice").get(found.get_absolute_url(), headers={"accept-language": "fr"}).text
    assert "oui\u00a0: 1" in page
    assert "oui:" not in page


def test_who_belongs_to_no_organisation_has_no_vote(people):
    found = make(people["alice"])
    with pytest.raises(RefusedError):
        qualifying.vote(
            incident=found, criterion="massive", answer="yes", reason="x", voter=people["charlie"]
        )


def test_a_technique_named_in_the_room_waits_for_somebody_else_to_accept_it(people):
    page = pages.page(title="Bots amplify", kind="technique", fields={"framework_id": "T0049"})
    Page.objects.filter(pk=page.pk).update(fields={"framework_id": "T0049"})
    found = make(people["alice"])
    said = chat.said(found.room, people["alice"], "Clearly #t0049, not #T004 nor a#T0050")
    qualifying.hear(message=said)
    technique = found.techniques.get()
    assert (technique.code, technique.path) == ("T0049", page.get_absolute_url())
    with pytest.raises(RefusedError):
        qualifying.decide(technique=technique, is_accepted=True, actor=people["alice"])
    qualifying.decide(technique=technique, is_accepted=True, actor=people["rita"])
    own = next(tool for tool in tools() if tool.slug == "collaborate")
    assert [card.url for card in own.mentions(page.get_absolute_url(), people["rita"])] == [
        found.get_absolute_url()
    ]
    assert own.mentions(page.get_absolute_url(), people["charlie"]) == []


def test_the_page_of_an_accepted_technique_shows_the_incident_to_who_may_enter_it(people, as_):
    page = pages.page(title="Bots amplify")
    found = make(people["alice"], name="Hidden ballots", kind=Room.Kind.PRIVATE)
    found.techniques.create(code="T0049", path=page.get_absolute_url(), state="accepted")
    assert "Hidden ballots" in as_("alice").get(page.get_absolute_url()).text
    assert "Hidden ballots" not in as_("rita").get(page.get_absolute_url()).text
    assert "Hidden ballots" not in as_("anonymous").get(page.get_absolute_url()).text


def test_a_report_becomes_a_case_study(people, partner):
    found = make(people["alice"])
    qualifying.claim(incident=found, text="The ballots vanished", actor=people["alice"])
    qualifying.vote(incident=found, criterion="false", answer="yes", reason="Of 2019", voter=partner)
    text = reporting.report(found, people["alice"])
    assert "The ballots vanished" in text
    assert "Of 2019" in text
    assert "Alice" not in text
    with pytest.raises(RefusedError):
        reporting.hand_in(incident=found, title="Ballots", actor=people["alice"])
    pages.page()  # the kinds of pages
    reporting.save(incident=found, text=text, actor=people["alice"])
    url = reporting.hand_in(incident=found, title="Ballots of 2026", actor=people["alice"])
    assert Page.objects.get(title="Ballots of 2026").get_absolute_url() == url
    with pytest.raises(RefusedError):
        reporting.hand_in(incident=found, title="Again", actor=people["alice"])


@pytest.mark.parametrize("values", [{"is_exercise": True}, {"tlp": "amber"}])
def test_what_is_invented_or_marked_is_not_published(people, values):
    found = make(people["alice"], **values)
    reporting.save(incident=found, text="Report", actor=people["alice"])
    with pytest.raises(RefusedError):
        reporting.hand_in(incident=found, title="X", actor=people["alice"])


def test_the_handover_note_says_what_is_open(people):
    found = make(people["alice"])
    incidents.add_step(incident=found, text="Call the platform", actor=people["alice"])
    takedowns.send(incident=found, url="https://c.example/1", platform="Chirper", actor=people["alice"])
    note = reporting.handover(found, people["rita"])
    assert "- Call the platform" in note
    assert "Chirper: https://c.example/1" in note
    found.refresh_from_db()
    assert found.log_head in note


def test_a_guest_sees_an_incident_and_changes_nothing(people, client):
    guest = UserFactory()
    found = make(people["alice"])
    chat.seat(found.room, guest, Participant.Role.GUEST)
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(found.get_absolute_url()).status_code == 200
    assert client.post(found.get_absolute_url(), {"deed": "state", "state": "closed"}).status_code == 403
    found.refresh_from_db()
    assert found.state == "detected"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"deed": "state", "state": "qualified"}, "detected → qualified"),
        ({"deed": "note", "text": "The prefect was told", "is_decision": "1"}, "The prefect was told"),
        ({"deed": "step", "text": "Call"}, "To do: Call"),
        ({"deed": "evidence", "what": "https://e.example/9", "note": "it"}, "https://e.example/9 — it"),
        ({"deed": "claim", "text": "They say that"}, "They say that"),
        (
            {"deed": "vote", "criterion": "harm", "answer": "no", "reason": "nobody"},
            "Meant to harm: no. nobody",
        ),
        ({"deed": "propose", "code": "T0046"}, "Technique proposed: T0046"),
        ({"deed": "takedown", "url": "https://e.example/9", "platform": "X"}, "Request sent to X"),
        ({"deed": "lead", "severity": "4", "owner": "", "target_minutes": "60"}, "Severity: critical"),
    ],
)
def test_everything_can_be_done_from_the_page(people, as_, data, part):
    found = make(people["alice"])
    client = as_("rita")
    assert client.post(found.get_absolute_url(), data).status_code == 302
    assert any(part in text for text in texts(found))
    assert client.get(found.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"deed": "state", "state": "x"},
        {"deed": "claim"},
        {"deed": "vote", "criterion": "harm"},
        {"deed": "takedown", "url": "javascript:alert(1)", "platform": "X"},
        {"deed": "evidence", "what": "words"},
        {"deed": "propose", "code": "T1"},
        {"deed": "lead", "severity": "9"},
    ],
)
def test_bad_input_is_answered_with_why_and_changes_nothing(people, as_, data):
    found = make(people["alice"])
    answer = as_("rita").post(found.get_absolute_url(), data, follow=True)
    assert [str(message) for message in answer.context["messages"]]
    assert len(texts(found)) == 1


def test_the_things_of_another_incident_are_out_of_reach(people, as_):
    mine, other = make(people["alice"]), make(people["rita"], kind=Room.Kind.PRIVATE)
    claim = qualifying.claim(incident=other, text="Their secret claim", actor=people["rita"])
    data = {"deed": "judge", "key": claim.pk, "verdict": "true", "reason": "x"}
    assert as_("alice").post(mine.get_absolute_url(), data).status_code == 404
    assert Claim.objects.get(pk=claim.pk).verdict == ""


def test_an_exported_incident_is_stix_and_names_nobody(people, as_):
    found = make(people["alice"], tlp="amber")
    found.techniques.create(code="T0049", name="Flooding", state="accepted")
    qualifying.claim(incident=found, text="They vanished https://e.example/1", actor=people["alice"])
    answer = as_("alice").get(f"{found.get_absolute_url()}export/stix/")
    bundle = json.loads(answer.content)
    kinds = {each["type"] for each in bundle["objects"]}
    assert kinds == {"campaign", "attack-pattern", "relationship", "url", "observed-data", "note"}
    assert all(each["object_marking_refs"] for each in bundle["objects"])
    assert "Alice" not in answer.text


def test_the_log_taken_out_is_whole_and_taking_it_out_is_written_down(people, as_):
    found = make(people["alice"])
    answer = as_("rita").get(f"{found.get_absolute_url()}export/log/")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1]
    assert [line["hash"] for line in logbook.lines(found)] == [json.loads(lines[0])["hash"]]


def test_the_public_table_leaves_out_the_running_month_and_exercises(people, as_):
    found, played = make(people["alice"]), make(people["alice"], name="B", is_exercise=True)
    old = takedowns.send(incident=found, url="https://c.example/1", platform="Chirper", actor=people["alice"])
    takedowns.send(incident=found, url="https://c.example/2", platform="Nowbook", actor=people["alice"])
    toy = takedowns.send(incident=played, url="https://c.example/3", platform="Toys", actor=people["alice"])
    before = timezone.now() - timedelta(days=40)
    Takedown.objects.filter(pk=old.pk).update(sent_at=before, gone_at=before + timedelta(minutes=30))
    Takedown.objects.filter(pk=toy.pk).update(sent_at=before)
    page = as_("anonymous").get("/collaborate/platforms/").text
    assert "Chirper" in page
    assert "100 %" in page
    assert "Nowbook" not in page
    assert "Toys" not in page


def test_the_demo_has_an_incident_in_each_language_and_is_loaded_once(people, partner):
    cast = {"editor": people["alice"], "regulator": partner, "member": people["rita"]}
    for _time in range(2):
        demo_incident.load(people=cast, say=lambda _line: None)
    assert Incident.objects.count() == 2
    for found in Incident.objects.all():
        assert found.claims.count() == 2
        assert any(row.is_disputed for row in grid_of(found))
        lines = [json.dumps(line) for line in logbook.lines(found)]
        assert list(incident_log.faults(lines, head=found.log_head)) == []


def test_the_technique_of_the_demo_incident_is_a_page_of_the_demo(people, partner):
    seeding.seed(say=lambda _line: None)
    cast = {"editor": people["alice"], "regulator": partner, "member": people["rita"]}
    demo_incident.load(people=cast, say=lambda _line: None)
    for found in Incident.objects.all():
        path = found.techniques.get().path
        assert path == f"/encyclopedia/{'fr' if 'Vidéo' in found.room.name else 'en'}/out-of-context/"


def test_incidents_are_filtered_by_what_two_organisations_share(people, partner, client):
    shared, mine = ["artificial", "political"], people["alice"].memberships.get().organisation
    theirs = partner.memberships.get().organisation
    if not Criterion.objects.exists():
        vocabulary.load_into_empty()
    for organisation in (mine, theirs):
        stating.state_criteria(
            organisation=organisation,
            criteria=Criterion.objects.filter(code__in=shared),
            actor=people["alice"],
        )
    named = {"met": ("yes", "unsure"), "denied": ("yes", "no"), "unsure": ("unsure", "unsure"), "unasked": ()}
    for name, answers in named.items():
        found = make(people["alice"], name=f"Ballots {name}")
        for who, answer in zip((people["alice"], partner), answers, strict=False):
            qualifying.vote(incident=found, criterion="artificial", answer=answer, reason="Seen.", voter=who)
    hidden = make(people["alice"], name="Ballots hidden", kind=Room.Kind.PRIVATE)
    qualifying.vote(incident=hidden, criterion="artificial", answer="yes", reason="x", voter=people["alice"])
    client.force_login(partner, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/encyclopedia/criteria/", {"with": [mine.pk, theirs.pk]})
    assert [str(card.title) for card in answer.context["incidents"]] == ["Ballots met"]
    assert "Incidents are not judged by: Political aim." in answer.text
    client.force_login(people["alice"], backend="django.contrib.auth.backends.ModelBackend")
    assert len(client.get("/encyclopedia/criteria/", {"with": [mine.pk]}).context["incidents"]) == 2
