"""What has become of an account: how one look at it, and what was known before, make a state."""

from dataclasses import dataclass, field

from botdetect.formats import Profile

PRESENT, GONE, SUSPENDED, PROTECTED, RENAMED, BACK = (
    "present",
    "gone",
    "suspended",
    "protected",
    "renamed",
    "back",
)
"""The states, as stored."""

AWAY = frozenset({GONE, SUSPENDED})
NO_HANDLE = "handle.invalid"  # what Bluesky gives for a handle that no longer leads to its account


@dataclass(frozen=True)
class Sighting:
    """What a platform says of an account now: its profile, or why there is none ("gone" or "suspended").

    moved: whether the account itself says that it goes on under another name.
    """

    away: str = ""
    profile: Profile = field(default_factory=Profile)
    moved: bool = False


def state_of(seen: Sighting, *, handle: str, was_away: bool) -> str:
    """The state of an account of which `handle` was known when it was collected (empty: none was).

    was_away: whether an earlier look found it gone or suspended. Protected comes before back, back before renamed: the
    state says what hinders us most, the snapshots keep the rest.
    """
    if seen.away:
        return seen.away
    if seen.profile.is_protected:
        return PROTECTED
    if was_away:
        return BACK
    now = seen.profile.handle
    is_renamed = bool(handle and now) and now != NO_HANDLE and now.casefold() != handle.casefold()
    return RENAMED if is_renamed or seen.moved else PRESENT
