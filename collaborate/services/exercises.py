"""Exercises: a scenario plays by itself in a room marked as exercise, and is scored when the incident is closed."""

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from collaborate import scenario
from collaborate.models import Exercise, Incident, LogEntry, Room
from collaborate.services import incidents, logbook
from collaborate.speaking import in_language_of
from disinfo.accounts.models import User

_FOLDER = Path(__file__).resolve().parent.parent / "scenarios"


@cache
def known() -> dict[str, dict[str, Any]]:
    """The scenarios that come with the portal, by their key."""
    return {
        path.stem: scenario.check(json.loads(path.read_text("utf-8")))
        for path in sorted(_FOLDER.glob("*.json"))
    }


@transaction.atomic
def begin(*, script: dict[str, Any], player: User, kind: Room.Kind = Room.Kind.PRIVATE) -> Exercise:
    """Start a scenario (as scenario.check gives it) in an incident of its own."""
    incident = incidents.open_new(
        opener=player, name=_("Exercise: %(name)s") % {"name": script["name"]}, kind=kind, is_exercise=True
    )
    exercise = Exercise.objects.create(incident=incident, script=script, started_at=incident.detected_at)
    play(exercise=exercise)
    return exercise


def sweep() -> None:
    """Play what is due in every exercise, and score those that are over."""
    due = Exercise.objects.filter(next_at__lte=timezone.now()).order_by("next_at", "pk")
    for exercise in due.select_related("incident__room")[:20]:
        play(exercise=exercise)
    closed = Exercise.objects.filter(scored_at=None, incident__state=Incident.State.CLOSED).order_by("pk")
    for exercise in closed.select_related("incident__room")[:20]:
        score(exercise=exercise)


@transaction.atomic
def play(*, exercise: Exercise) -> None:
    """Say the events whose minute has come, each once; nothing once the incident is closed."""
    row = (
        Exercise.objects.select_for_update(of=("self",)).select_related("incident__room").get(pk=exercise.pk)
    )
    events, now = row.script["events"], timezone.now()
    if row.incident.is_closed:
        row.next_at = None
    else:
        while row.played < len(events) and _moment(row, events[row.played]) <= now:
            _say(row, events[row.played])
            row.played += 1
        row.next_at = _moment(row, events[row.played]) if row.played < len(events) else None
    row.save()


def _moment(row: Exercise, event: dict[str, Any]) -> Any:
    return row.started_at + timedelta(minutes=event["minute"])


def _say(row: Exercise, event: dict[str, Any]) -> None:
    with translation.override(row.script["language"]):
        head = _("EXERCISE · %(who)s") % {"who": event["who"] or _("somebody")}
    logbook.say(row.incident, f"**{head}**\n\n{event['text']}", nonce=f"exercise:{row.pk}:{row.played}")


@transaction.atomic
def score(*, exercise: Exercise) -> None:
    """Score what was done; once."""
    row = (
        Exercise.objects.select_for_update(of=("self",)).select_related("incident__room").get(pk=exercise.pk)
    )
    if row.scored_at:
        return
    marks = scenario.score(row.script, _played(row.incident))
    row.score, row.scored_at = [asdict(mark) for mark in marks], timezone.now()
    row.save()
    points, of = sum(mark.points for mark in marks), sum(mark.of for mark in marks)
    with in_language_of(row.incident.room):
        text = _("Exercise scored: %(points)d of %(of)d points.") % {"points": points, "of": of}
    logbook.write(row.incident, LogEntry.Kind.REPORT, text, score=row.score)
    logbook.say(row.incident, text, nonce=f"score:{row.pk}")


def _played(incident: Incident) -> scenario.Played:
    answers: dict[str, list[str]] = defaultdict(list)
    for criterion, answer in incident.votes.order_by("pk").values_list("criterion", "answer"):
        answers[criterion].append(answer)
    first = incident.takedowns.order_by("sent_at").first()
    techniques = incident.techniques.exclude(state="refused")
    return scenario.Played(
        minutes_to_qualify=_minutes(incident.time_to_qualify),
        minutes_to_takedown=_minutes(first.sent_at - incident.detected_at) if first else None,
        criteria=answers,
        techniques=frozenset(techniques.order_by("pk").values_list("code", flat=True)),
        evidence=incident.evidence.count(),
        steps_done=incident.steps.exclude(done_at=None).count(),
        steps=incident.steps.count(),
    )


def _minutes(duration: timedelta | None) -> float | None:
    return duration.total_seconds() / 60 if duration is not None else None
