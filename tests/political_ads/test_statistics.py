"""Agreement, shares with their interval, and which bucket is looked into."""

import csv
import math
import random
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.agreement import by_label, krippendorff
from political_ads.prevalence import shares
from political_ads.queue import Bucket, fresh_bucket, order
from tests.shared_data import need_shared_data


# ── Agreement ─────────────────────────────────────────────────────────────────────────────────────────────
def test_full_agreement_is_one_and_chance_about_zero():
    assert krippendorff([{"a": 3}, {"b": 2}]) == 1
    chance = random.Random(1)
    units = [Counter(chance.choices("ab", k=5)) for _ in range(4000)]
    assert abs(krippendorff(units)) < 0.03


def test_alpha_is_the_book_s_own_example():
    # Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: nominal, missing data, 0.743.
    units = [
        *({"1": 3}, {"2": 3, "3": 1}, {"3": 4}, {"3": 4}, {"2": 4}, {"1": 1, "2": 1, "3": 1, "4": 1}),
        *({"4": 4}, {"1": 3, "2": 1}, {"2": 4}, {"5": 3}, {"1": 2}, {"3": 1}),
    ]
    assert krippendorff(units) == pytest.approx(0.743, abs=0.001)


def test_one_answer_a_unit_says_nothing():
    assert math.isnan(krippendorff([{"a": 1}, {"b": 1}]))
    assert math.isnan(krippendorff([]))


def test_alpha_of_a_label_looks_at_that_label_only():
    units = [{"a": 3}, {"b": 2, "c": 1}, {"b": 1, "c": 2}] * 5
    found = by_label(units, ["a", "b"])
    assert found["a"] == 1
    assert found["b"] < 0.7


@pytest.mark.data
@pytest.mark.parametrize("name", ["bluebird", "rte", "web"])
def test_alpha_is_the_reference_s(name):
    folder = need_shared_data("ads/crowd")
    units = defaultdict(Counter)
    with (folder / f"{name}_labels.csv").open() as file:
        for row in csv.DictReader(file):
            units[row["task"]][row["label"]] += 1
    with (folder / "REFERENCE_crowdkit.csv").open() as file:
        expected = next(row["alpha"] for row in csv.DictReader(file) if row["dataset"] == name)
    assert krippendorff(units.values()) == pytest.approx(float(expected), abs=0.001)


# ── Shares ────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_interval_holds_the_truth_nineteen_times_in_twenty():
    chance, held = random.Random(3), 0
    for _ in range(400):
        sample = [("x" if chance.random() < 0.2 else "y", 1.0) for _ in range(150)]
        share = next(share for share in shares(sample) if share.label == "x")
        held += share.low <= 0.2 <= share.high
    assert held / 400 > 0.92


def test_a_creative_shown_by_many_ads_weighs_as_many_and_widens_the_interval():
    plain = next(s for s in shares([("x", 1.0)] * 20 + [("y", 1.0)] * 20) if s.label == "x")
    heavy = next(s for s in shares([("x", 20.0)] + [("x", 1.0)] * 19 + [("y", 1.0)] * 20) if s.label == "x")
    assert heavy.value == pytest.approx(39 / 59)
    assert heavy.high - heavy.low > plain.high - plain.low


def test_nothing_sampled_gives_no_share_at_all():
    assert shares([]) == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.1, 1e6)), min_size=1, max_size=50))
def test_shares_sum_to_one_and_lie_within_their_interval(sample):
    found = shares(sample)
    assert sum(share.value for share in found) == pytest.approx(1)
    assert all(0 <= share.low <= share.value <= share.high <= 1 for share in found)


# ── The queue ─────────────────────────────────────────────────────────────────────────────────────────────
def test_newcomers_meet_known_answers_more_often():
    def share(answers: int) -> float:
        chance = random.Random(2)
        return sum(next(order(chance, answers=answers)) is Bucket.GOLD for _ in range(4000)) / 4000

    assert share(0) == pytest.approx(0.30, abs=0.03)
    assert share(50) == pytest.approx(0.08, abs=0.02)


@given(st.integers(0, 2**32), st.integers(0, 30))
def test_every_bucket_but_gold_is_looked_into_before_giving_up(seed, answers):
    looked = list(order(random.Random(seed), answers=answers))
    assert len(looked) == len(set(looked))
    assert set(Bucket) - {Bucket.GOLD} <= set(looked)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_likelier_political_and_the_wider_shown_the_sooner(prior, other, reach, other_reach):
    low, high = sorted((prior, other))
    few, many = sorted((reach, other_reach))
    assert fresh_bucket(low, few) <= fresh_bucket(high, many)


def test_what_is_not_known_of_a_creative_puts_it_in_the_middle():
    assert fresh_bucket(None, None) in {Bucket.FRESH_MEDIUM, Bucket.FRESH_HIGH}
