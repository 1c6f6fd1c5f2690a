"""Whether an ad is still in its library: present → missing → removed → back, over complete snapshots only.

One absence proves nothing: in a Czech daily series every page that was absent once was back the next day. So an ad
counts as removed when at least two complete snapshots in a row, 48 hours apart or more, did not hold it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MISSES = 2
HOURS = 48


class Presence(StrEnum):
    """Where an ad stands."""

    PRESENT = "present"
    MISSING = "missing"
    REMOVED = "removed"


class Change(StrEnum):
    """What a snapshot made of it, when it is worth telling."""

    REMOVED = "removed"
    REAPPEARED = "reappeared"


@dataclass(frozen=True, slots=True)
class State:
    """One ad: where it stands, since when it has been there or not, and how many complete snapshots missed it."""

    presence: Presence
    present_since: datetime
    last_seen: datetime
    missing_since: datetime | None = None
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an ad: at the first snapshot that showed it."""

    key: str
    change: Change
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """One snapshot: when, what it held, and whether it was complete."""

    at: datetime
    keys: Collection[str]
    is_complete: bool


def first_seen(at: datetime) -> State:
    """The state of an ad that was never seen before."""
    return State(Presence.PRESENT, at, at)


def seen(state: State, at: datetime) -> tuple[State, Change | None]:
    """The ad was in a snapshot taken at `at`, complete or not."""
    if state.presence is Presence.PRESENT:
        return State(Presence.PRESENT, state.present_since, at), None
    change = Change.REAPPEARED if state.presence is Presence.REMOVED else None
    return State(Presence.PRESENT, at, at), change


def not_seen(state: State, at: datetime) -> tuple[State, Change | None]:
    """The ad was not in a complete snapshot taken at `at`."""
    since = state.missing_since or at
    misses = state.misses + 1
    is_confirmed = misses >= MISSES and at - since >= timedelta(hours=HOURS)
    is_new = is_confirmed and state.presence is not Presence.REMOVED
    presence = Presence.REMOVED if is_confirmed or state.presence is Presence.REMOVED else Presence.MISSING
    next_state = State(presence, state.present_since, state.last_seen, since, misses)
    return next_state, Change.REMOVED if is_new else None


def replay(looks: Iterable[Look]) -> tuple[Mapping[str, State], list[Event]]:
    """Every ad's state after these snapshots, oldest first, and all that happened on the way."""
    states: dict[str, State] = {}
    events: list[Event] = []
    for look in looks:
        held = set(look.keys)
        for key in held - states.keys():
            states[key] = first_seen(look.at)
        absent = states.keys() - held if look.is_complete else set()
        for key in sorted(absent | held):
            step = seen if key in held else not_seen
            states[key], change = step(states[key], look.at)
            if change:
                events.append(Event(key, change, look.at))
    return states, events
