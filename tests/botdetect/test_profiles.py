"""What profiles tell: features, the dormant rule, maps, groups and bursts."""

import numpy as np
import pytest

from botdetect.clustering import MOST_FOR_GROUPS, creation_bursts, groups_inside, profile_map
from botdetect.dormancy import DormantRule
from botdetect.features import NAMES, dormant, matrix

DAY = 86_400


def profiles(**changed):
    columns = {
        "created_at": [0.0],
        "collected_at": [30.0 * DAY],
        "statuses": [3],
        "followers": [10],
        "friends": [300],
        "favourites": [0],
        "listed": [None],
        "screen_name": ["marie48213377"],
        "name": ["Marie"],
        "description": [None],
    }
    return columns | changed


def feature(name, **changed):
    return matrix(profiles(**changed))[0, NAMES.index(name)]


def test_features_are_those_of_the_moment_of_collection():
    assert feature("age_days") == 30
    assert feature("statuses_a_day") == pytest.approx(0.1)
    assert feature("friends_per_follower") == 30
    assert feature("handle_digits") == 8


def test_what_is_not_known_stays_unknown():
    assert np.isnan(feature("listed"))
    assert np.isnan(feature("description_length"))
    assert np.isnan(feature("verified"))
    assert np.isnan(feature("age_days", created_at=[31.0 * DAY])), "created after it was collected"


def test_nobody_following_nobody_is_not_a_ratio():
    assert np.isnan(feature("friends_per_follower", friends=[0], followers=[0]))
    assert not dormant(profiles(friends=[0], followers=[0]))[0]


@pytest.mark.parametrize(
    ("changed", "is_dormant"),
    [
        ({}, True),
        ({"statuses": [16]}, False),
        ({"friends": [29]}, False),
        ({"friends": [30]}, True),
        ({"followers": [0]}, True),
        ({"collected_at": [61.0 * DAY]}, False),
        ({"protected": [True]}, False),
        ({"created_at": [None]}, False),
        ({"statuses": [None]}, False),
    ],
)
def test_the_dormant_rule(changed, is_dormant):
    assert dormant(profiles(**changed)).tolist() == [is_dormant]


def test_the_rule_has_parameters_and_may_leave_the_date_out():
    old = profiles(collected_at=[4000.0 * DAY])
    assert dormant(old, DormantRule(newest_days=None)).tolist() == [True]
    assert dormant(old, DormantRule(newest_days=None, least_ratio=31)).tolist() == [False]


def test_a_burst_of_creations_of_one_shape_is_found():
    chance = np.random.default_rng(4)
    usual = chance.integers(0, 200 * DAY, 20_000).astype(float)
    burst = 90 * DAY + chance.integers(0, 600, 40).astype(float)
    created = [*usual.tolist(), *burst.tolist(), float("nan")]
    shapes = [*chance.choice(["a", "a0×2", "Aa"], 20_000).tolist(), *(["a0×8"] * 40), "a"]
    found = creation_bursts(created, shapes)
    assert {each.shape for each in found} == {"a0×8"}
    assert sum(each.count for each in found) >= 38
    assert all(each.start // 600 == each.start / 600 and abs(each.start - 90 * DAY) <= 600 for each in found)


def test_no_burst_in_steady_creations():
    chance = np.random.default_rng(5)
    assert creation_bursts(chance.integers(0, 200 * DAY, 20_000).astype(float).tolist(), ["a"] * 20_000) == []
    assert creation_bursts([], []) == []


def test_profiles_of_one_batch_lie_together_on_the_map():
    chance = np.random.default_rng(6)
    people = chance.lognormal(5, 2, (300, len(NAMES)))
    batch = np.full((40, len(NAMES)), 7.0) + chance.random((40, len(NAMES))) / 100
    places = profile_map(np.vstack([people, batch]), groups=8)
    assert len(set(places[300:].tolist())) == 1
    assert (profile_map(np.vstack([people, batch]), groups=8) == places).all()


def test_groups_inside_a_burst_and_nothing_said_of_a_few():
    chance = np.random.default_rng(7)
    two = np.vstack([np.full((20, 4), 1.0), np.full((20, 4), 900.0)]) + chance.random((40, 4)) / 10
    assert len(set(groups_inside(two).tolist()) - {-1}) == 2
    assert set(groups_inside(two[:4]).tolist()) == {-1}
    with pytest.raises(ValueError, match="at most"):
        groups_inside(np.zeros((MOST_FOR_GROUPS + 1, 1)))
