"""The script of an exercise, and its score. Pure: JSON values in, values out.

A scenario is an object: `name`, `language`, `events` (each `minute`, `who`, `text`, and `is_alarm` for those that the
players have to notice) and `expected` (`criteria`: criterion → answer, `techniques`: codes, `minutes_to_qualify`,
`minutes_to_takedown`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_EVENTS = 200
_LONGEST = 4_000


class ScenarioError(ValueError):
    """It is no scenario; the message says where it is wrong."""


@dataclass(frozen=True)
class Played:
    """What the players did, in minutes from the start; None for what was never done."""

    minutes_to_qualify: float | None
    minutes_to_takedown: float | None
    criteria: Mapping[str, Sequence[str]] = field(default_factory=dict)
    techniques: frozenset[str] = frozenset()
    evidence: int = 0
    steps_done: int = 0
    steps: int = 0


@dataclass(frozen=True)
class Mark:
    """One line of the score: what, how many points of how many, and why."""

    name: str
    points: int
    of: int
    why: str


def check(value: Any) -> dict[str, Any]:
    """The scenario, its events in the order of their minutes.

    Raises:
        ScenarioError: something is missing, or of a wrong type.
    """
    if not isinstance(value, dict) or not str(value.get("name") or "").strip():
        raise ScenarioError("a scenario is an object with a name")
    events = value.get("events")
    if not isinstance(events, list) or not 1 <= len(events) <= MOST_EVENTS:
        raise ScenarioError(f"events: a list of 1 to {MOST_EVENTS}")
    read = [_event(number, each) for number, each in enumerate(events, 1)]
    expected = value.get("expected") or {}
    if not isinstance(expected, dict):
        raise ScenarioError("expected: an object")
    return {
        "name": str(value["name"]).strip()[:100],
        "language": str(value.get("language") or "en")[:8],
        "events": sorted(read, key=lambda each: each["minute"]),
        "expected": _expected(expected),
    }


def _event(number: int, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ScenarioError(f"event {number}: an object")
    minute, text = value.get("minute"), str(value.get("text") or "").strip()
    if isinstance(minute, bool) or not isinstance(minute, int | float) or not 0 <= minute <= 10_000:
        raise ScenarioError(f"event {number}: minute has to be a number from 0")
    if not text or len(text) > _LONGEST:
        raise ScenarioError(f"event {number}: text has to be 1 to {_LONGEST} characters")
    who = str(value.get("who") or "")[:60]
    return {"minute": minute, "who": who, "text": text, "is_alarm": bool(value.get("is_alarm"))}


def _expected(value: dict[str, Any]) -> dict[str, Any]:
    criteria, techniques = value.get("criteria") or {}, value.get("techniques") or []
    if not isinstance(criteria, dict) or not isinstance(techniques, list):
        raise ScenarioError("expected: criteria is an object, techniques a list")
    read: dict[str, Any] = {
        "criteria": {str(name): str(answer) for name, answer in criteria.items()},
        "techniques": [str(code).upper() for code in techniques],
    }
    for name in ("minutes_to_qualify", "minutes_to_takedown"):
        minutes = value.get(name)
        if minutes is not None and (
            isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes <= 0
        ):
            raise ScenarioError(f"expected: {name} has to be a number above 0")
        read[name] = minutes
    return read


def score(script: Mapping[str, Any], played: Played) -> list[Mark]:
    """Points for what was expected; what the scenario does not expect is not scored."""
    expected = script["expected"]
    marks = [
        _in_time(name, getattr(played, name), expected[name])
        for name in ("minutes_to_qualify", "minutes_to_takedown")
        if expected.get(name)
    ]
    if expected["criteria"]:
        right = [
            name
            for name, answer in expected["criteria"].items()
            if _agrees(played.criteria.get(name), answer)
        ]
        marks.append(_part("criteria", len(right), len(expected["criteria"]), ", ".join(sorted(right))))
    if expected["techniques"]:
        seen = sorted(set(expected["techniques"]) & played.techniques)
        marks.append(_part("techniques", len(seen), len(expected["techniques"]), ", ".join(seen)))
    marks.append(_part("evidence", min(played.evidence, 3), 3, f"{played.evidence}"))
    if played.steps:
        marks.append(
            _part("checklist", played.steps_done, played.steps, f"{played.steps_done}/{played.steps}")
        )
    return marks


def _in_time(name: str, minutes: float | None, target: float) -> Mark:
    """All points within the time, half within twice as long."""
    if minutes is None:
        return Mark(name, 0, 10, "–")
    return Mark(
        name, 10 if minutes <= target else 5 if minutes <= 2 * target else 0, 10, f"{minutes:.0f}/{target:g}"
    )


def _agrees(answers: Sequence[str] | None, expected: str) -> bool:
    """Whether most of the organisations that answered gave the expected answer."""
    return bool(answers) and 2 * sum(answer == expected for answer in answers or ()) > len(answers or ())


def _part(name: str, done: int, of: int, why: str) -> Mark:
    return Mark(name, round(10 * done / of), 10, why)
