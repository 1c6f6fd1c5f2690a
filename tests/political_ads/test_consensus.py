"""What a crowd's answers come to: on real crowds whose truth is known, and under people who agree to lie."""

import csv
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.consensus.__main__ import main
from political_ads.consensus.answers import Answers, read_answers, read_gold
from political_ads.consensus.dawid_skene import dawid_skene
from political_ads.consensus.majority import majority
from political_ads.consensus.online import replay
from political_ads.consensus.rules import Standing, State, Tally, posterior, verdict, weight
from tests.shared_data import need_shared_data

TESTED = Standing(seen=10, right=9)


def real_crowd(name: str) -> tuple[Answers, dict[str, str]]:
    folder = need_shared_data("ads/crowd")
    return read_answers(folder / f"{name}_labels.csv"), read_gold(folder / f"{name}_gold.csv")


def reference(name: str) -> dict[str, str]:
    with (need_shared_data("ads/crowd") / "REFERENCE_crowdkit.csv").open() as file:
        return next(row for row in csv.DictReader(file) if row["dataset"] == name)


def joined_by_sybils(answers: Answers, gold: dict[str, str], count: int) -> Answers:
    """The same crowd with accounts that all give one wrong label to a fifth of the tasks."""
    chance = random.Random(7)
    rows = [
        (answers.tasks[task], answers.workers[worker], answers.labels[label])
        for task, worker, label in zip(answers.task, answers.worker, answers.label, strict=True)
    ]
    for task in answers.tasks:
        if task in gold and chance.random() < 0.2:
            wrong = chance.choice([label for label in answers.labels if label != gold[task]])
            rows += [(task, f"sybil {n}", wrong) for n in range(count)]
    return Answers.of(rows)


# ── Rules ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_answer_weighs_nothing_until_its_author_has_met_known_answers():
    assert weight(Standing(seen=1, right=1), 5) == 0
    assert weight(Standing(seen=2, right=2), 5) > 0


def test_an_answer_weighs_nothing_once_its_author_failed_the_known_answers():
    assert weight(Standing(seen=10, right=3), 5) == 0


@given(st.integers(2, 60), st.integers(0, 60), st.integers(2, 8))
def test_who_was_right_more_often_never_weighs_less(seen, right, classes):
    right = min(right, seen - 1)
    better, worse = (weight(Standing(seen, right + n), classes) for n in (1, 0))
    assert better >= worse >= 0


@given(st.lists(st.floats(0, 500), min_size=2, max_size=8))
def test_posteriors_sum_to_one_and_follow_the_scores(scores):
    likely = posterior(scores)
    assert math.isclose(sum(likely), 1)
    assert likely[scores.index(max(scores))] == max(likely)


def test_two_answers_never_settle_anything_however_good():
    w = weight(TESTED, 5)
    assert verdict(Tally([2 * w, 0, 0, 0, 0], named=2)).state is State.OPEN
    assert verdict(Tally([3 * w, 0, 0, 0, 0], named=3)).state is State.RETIRED


def test_a_label_with_legal_weight_asks_for_more_certainty():
    # e³·⁵ against four ones: 0.892 … e⁵ : 0.974, sure enough for one, not for the other.
    tally = Tally([5.0, 0, 0, 0, 0], named=3)
    assert verdict(tally).state is State.RETIRED
    assert verdict(tally, legal_weight={0}).state is State.OPEN


def test_eight_answers_that_do_not_agree_are_contested():
    assert verdict(Tally([4.0, 4.0, 0, 0, 0], named=8)).state is State.CONTESTED
    assert verdict(Tally([4.0, 4.0, 0, 0, 0], named=7)).state is State.OPEN


def test_a_doubt_that_lasts_is_contested_rather_than_asked_for_ever():
    assert verdict(Tally([3.0, 0, 0, 0, 0], named=20)).state is State.CONTESTED


def test_what_half_of_five_people_cannot_say_is_undecidable():
    assert verdict(Tally([2.0, 0, 0, 0, 0], named=2, cant_say=3)).state is State.UNDECIDABLE
    assert verdict(Tally([0.0] * 5, named=0, cant_say=5)).state is State.UNDECIDABLE
    assert verdict(Tally([2.0, 0, 0, 0, 0], named=2, cant_say=2)).state is State.OPEN


# ── Methods ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_tie_is_drawn_rather_than_given_to_the_first_label():
    answers = Answers.of((str(task), worker, worker) for task in range(200) for worker in ("a", "b"))
    given_first = (majority(answers).label == 0).mean()
    assert 0.3 < given_first < 0.7


def test_somebody_who_always_says_the_opposite_is_understood():
    chance = random.Random(1)
    truth = {str(task): chance.choice("xy") for task in range(200)}
    other = {"x": "y", "y": "x"}
    rows = [(task, f"good {n}", label) for task, label in truth.items() for n in range(3)]
    rows += [(task, "contrary", other[label]) for task, label in truth.items()]
    found = dawid_skene(Answers.of(rows))
    assert found.accuracy(Answers.of(rows), truth) == 1
    assert found.worker_accuracy()[3] < 0.05


def test_of_two_answers_of_one_person_to_one_task_the_last_counts():
    answers = Answers.of([("t", "w", "a"), ("t", "w", "b")])
    assert len(answers) == 1
    assert answers.labels == ("b",)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("vwxyz"), st.sampled_from("123")), min_size=1)
)
def test_any_set_of_answers_gives_each_task_a_label_and_a_certainty(rows):
    answers = Answers.of(rows)
    for found in (majority(answers), dawid_skene(answers), replay(answers, {})):
        assert found.label.shape == found.confidence.shape == (len(answers.tasks),)
        assert np.isfinite(found.confidence).all()
        assert (found.confidence <= 1 + 1e-9).all()
        assert found.answers_used <= len(answers)


# ── Real crowds ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.data
@pytest.mark.parametrize("name", ["bluebird", "rte", "web"])
def test_dawid_skene_is_within_a_point_of_the_reference(name):
    answers, gold = real_crowd(name)
    assert abs(dawid_skene(answers).accuracy(answers, gold) - float(reference(name)["DS"])) <= 0.01


@pytest.mark.data
@pytest.mark.parametrize("name", ["rte", "web"])
def test_a_little_gold_beats_the_majority_with_fewer_answers(name):
    answers, gold = real_crowd(name)
    runs = [replay(answers, gold, gold_share=0.05, seed=seed) for seed in range(5)]
    ours = np.mean([run.accuracy(answers, gold, leaving_out=run.hidden_gold) for run in runs])
    plain = np.mean([majority(answers, seed=seed).accuracy(answers, gold) for seed in range(5)])
    assert ours >= plain
    assert np.mean([run.answers_used for run in runs]) <= 0.8 * len(answers)


@pytest.mark.data
@pytest.mark.parametrize("name", ["rte", "web"])
def test_twenty_sybils_move_it_by_less_than_a_point(name):
    answers, gold = real_crowd(name)
    attacked = joined_by_sybils(answers, gold, 20)
    clean, dirty = (
        np.mean(
            [
                run.accuracy(crowd, gold, leaving_out=run.hidden_gold)
                for run in (replay(crowd, gold, gold_share=0.05, seed=seed) for seed in range(5))
            ]
        )
        for crowd in (answers, attacked)
    )
    assert abs(clean - dirty) < 0.01
    # What the attack does to a count that trusts everybody.
    assert majority(attacked).accuracy(attacked, gold) < majority(answers).accuracy(answers, gold) - 0.05


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("method", ["majority", "dawid-skene", "online"])
def test_the_command_writes_a_row_a_task(method, tmp_path, capsys):
    labels, gold, out = tmp_path / "labels.csv", tmp_path / "gold.csv", tmp_path / "out.csv"
    truth = {str(task): "xy"[task % 2] for task in range(1, 11)}
    rows = [(task, worker, label) for task, label in truth.items() for worker in "abc"]
    labels.write_text("task,worker,label\n" + "".join(f"{','.join(row)}\n" for row in rows))
    gold.write_text("task,label\n" + "".join(f"{task},{label}\n" for task, label in truth.items()))
    assert main([str(labels), "--gold", str(gold), "--method", method, "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [(row["task"], row["label"]) for row in rows] == list(truth.items())
    printed = capsys.readouterr().out
    assert "accuracy 1.0000" in printed
    assert "answers used" in printed
    assert "seconds" in printed


@pytest.mark.parametrize(
    "text", ["task,label\n1,x\n", "task,worker,label\n", "task,worker,label\n1,,x\n", ""]
)
def test_the_command_says_what_is_wrong_with_a_file(text, tmp_path, capsys):
    labels = tmp_path / "labels.csv"
    labels.write_text(text)
    assert main([str(labels)]) == 2
    assert "cannot be read" in capsys.readouterr().err
