"""Exercises: what plays by itself, its score, and that it counts nowhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from collaborate import scenario
from collaborate.models import Exercise, Room
from collaborate.portal import tool
from collaborate.services import exercises, incidents, qualifying
from tests.collaborate import factories as chat
from tests.collaborate.incident_factories import incident as make

pytestmark = pytest.mark.django_db


def texts(room):
    return [row.text for row in room.messages.order_by("number")]


def test_an_exercise_plays_by_itself_and_is_scored_when_it_is_closed(people, partner):
    script = exercises.known()["polling-station.en"]
    played = exercises.begin(script=script, player=people["alice"])
    incident = played.incident
    assert texts(incident.room)[0].startswith("**EXERCISE · Monitoring**")
    assert len(texts(incident.room)) == 1
    Exercise.objects.update(started_at=timezone.now() - timedelta(minutes=13), next_at=timezone.now())
    exercises.sweep()
    exercises.sweep()
    assert len(texts(incident.room)) == 4
    for criterion in ("massive", "artificial", "false"):
        qualifying.vote(
            incident=incident, criterion=criterion, answer="yes", reason="seen", voter=people["alice"]
        )
    qualifying.propose(incident=incident, code="T0049", actor=people["alice"])
    incidents.change_state(incident=incident, state="closed", actor=people["alice"])
    exercises.sweep()
    played.refresh_from_db()
    points = {mark["name"]: mark["points"] for mark in played.score}
    assert points["minutes_to_qualify"] == points["criteria"] == points["techniques"] == 10
    assert points["minutes_to_takedown"] == 0
    assert played.next_at is None or played.next_at <= timezone.now() + timedelta(minutes=30)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"name": "x"},
        {"name": "x", "events": []},
        {"name": "x", "events": [{"minute": -1, "text": "a"}]},
        {"name": "x", "events": [{"minute": True, "text": "a"}]},
        {"name": "x", "events": [{"minute": 1}]},
        {"name": "x", "events": [{"minute": 1, "text": "a"}], "expected": {"minutes_to_qualify": "soon"}},
    ],
)
def test_what_is_no_scenario_is_refused_in_words(value):
    with pytest.raises(scenario.ScenarioError):
        scenario.check(value)


def test_an_exercise_says_what_to_do_and_its_score_in_words(people, as_):
    people["alice"].language = "fr"
    people["alice"].save()
    played = exercises.begin(script=exercises.known()["polling-station.fr"], player=people["alice"])
    Room.objects.update(language="fr")
    page = f"/collaborate/incidents/{played.incident.pk}/"
    assert "le score vient" in as_("alice").get(page).text
    qualifying.vote(
        incident=played.incident, criterion="false", answer="yes", reason="vu", voter=people["alice"]
    )
    incidents.change_state(incident=played.incident, state="closed", actor=people["alice"])
    assert "d’ici une minute" in as_("alice").get(page).text
    exercises.sweep()
    text = as_("alice").get(page).text
    assert "minutes_to_qualify" not in text
    assert "<td>Faux ou trompeur</td>" in text
    assert "Exercice noté" in texts(played.incident.room)[-1]


def test_what_comes_of_an_exercise_is_an_exercise_and_is_counted_nowhere(people, alarms):
    def counted():
        return [figure.value for figure in tool.figures()]

    before = counted()
    played = exercises.begin(script=exercises.known()["polling-station.en"], player=people["alice"])
    message = played.incident.room.messages.get()
    assert incidents.open_from(message=message, opener=people["alice"]).is_exercise
    assert counted() == before
    assert not incidents.open_from(
        message=chat.said(alarms, people["alice"], "x"), opener=people["alice"]
    ).is_exercise
    assert counted() > before


def test_an_exercise_counts_in_no_figure(people, as_):
    make(people["alice"], name="Real one")
    make(people["alice"], name="Toy", is_exercise=True)
    assert "Toy" not in as_("alice").get("/collaborate/incidents/").text
    assert "Toy" in as_("alice").get("/collaborate/incidents/?exercises=1").text
