"""What a profile tells, at the moment it was collected. A value that is not known stays unknown (NaN), never zero."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from botdetect.dormancy import DormantRule

Floats = NDArray[np.float64]

_DAY = 86_400
NAMES = (
    "age_days",
    "statuses",
    "followers",
    "friends",
    "favourites",
    "listed",
    "statuses_a_day",
    "followers_a_day",
    "friends_a_day",
    "favourites_a_day",
    "listed_a_day",
    "friends_per_follower",
    "name_length",
    "handle_length",
    "handle_digits",
    "description_length",
    "default_profile",
    "verified",
)
"""The features, in the order of the columns of `matrix`."""

_COUNTERS = ("statuses", "followers", "friends", "favourites", "listed")


def seconds(values: ArrayLike) -> Floats:
    """Seconds since 1970 of dates (datetime64 or seconds); NaN where there is none."""
    array = np.asarray(values)
    if array.dtype.kind != "M":
        return array.astype(np.float64)
    moments = array.astype("datetime64[s]")
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64).astype(np.float64))


def ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """Divide: unknown when both are nothing, infinite when only `below` is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above, np.float64) / np.asarray(below, np.float64)


def matrix(profiles: Mapping[str, Any]) -> Floats:
    """One row a profile, one column a feature of NAMES.

    profiles: columns created_at and collected_at (dates), statuses, followers, friends, favourites, listed (counts),
    screen_name, name, description (texts), verified, default_profile (truths); a column or value may be missing.
    """
    rows = len(profiles["collected_at"])
    age = (seconds(profiles["collected_at"]) - _numbers(profiles, "created_at", rows)) / _DAY
    age = np.where(age < 0, np.nan, age)
    counters = {name: _numbers(profiles, name, rows) for name in _COUNTERS}
    # A day at least: an account of an hour has no rate yet.
    rates = [ratio(counters[name], np.maximum(age, 1)) for name in _COUNTERS]
    columns = [
        age,
        *counters.values(),
        *rates,
        ratio(counters["friends"], counters["followers"]),
        _measured(profiles, "name", rows, len),
        _measured(profiles, "screen_name", rows, len),
        _measured(profiles, "screen_name", rows, lambda name: sum(sign.isdigit() for sign in name)),
        _measured(profiles, "description", rows, len),
        _numbers(profiles, "default_profile", rows),
        _numbers(profiles, "verified", rows),
    ]
    return np.column_stack(columns)


def _numbers(profiles: Mapping[str, Any], name: str, rows: int) -> Floats:
    values = profiles.get(name)
    if values is None:
        return np.full(rows, np.nan)
    array = np.asarray(values)
    if array.dtype.kind == "O":
        array = np.array([np.nan if value is None else value for value in values], np.float64)
    return seconds(array)


def _measured(profiles: Mapping[str, Any], name: str, rows: int, measure: Any) -> Floats:
    values = profiles.get(name)
    if values is None:
        return np.full(rows, np.nan)
    return np.array([np.nan if value is None else measure(value) for value in values], np.float64)


def dormant(profiles: Mapping[str, Any], rule: DormantRule | None = None) -> NDArray[np.bool_]:
    """Which profiles the rule holds for; one whose values are not known is not dormant, nor is 0/0 a ratio."""
    rule = rule or DormantRule()
    rows = len(profiles["collected_at"])
    age = (seconds(profiles["collected_at"]) - _numbers(profiles, "created_at", rows)) / _DAY
    friends, followers = _numbers(profiles, "friends", rows), _numbers(profiles, "followers", rows)
    holds = (_numbers(profiles, "statuses", rows) <= rule.most_posts) & (
        ratio(friends, followers) >= rule.least_ratio
    )
    if rule.newest_days is not None:
        holds &= (age >= 0) & (age <= rule.newest_days)
    return np.asarray(holds & ~(_numbers(profiles, "protected", rows) == 1))
