"""A crowd's answers played back one by one, as the portal would have asked for them: it stops when it is sure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from political_ads.consensus.answers import Answers, Found
from political_ads.consensus.rules import Standing, State, Tally, posterior, verdict, weight


@dataclass(frozen=True)
class Replay(Found):
    """What was found, and which tasks were hidden gold: their label was given, so they prove nothing."""

    hidden_gold: frozenset[str]


@dataclass
class _Course:
    """Where each task and each worker stands."""

    scores: list[list[float]]
    named: list[int]
    standings: list[Standing]
    used: int = 0
    settled: set[int] = field(default_factory=set)


def replay(answers: Answers, gold: Mapping[str, str], *, gold_share: float = 0.05, seed: int = 0) -> Replay:
    """Ask task by task, each once before any twice, until it is settled or nobody is left to ask.

    `gold_share` of all tasks, drawn among those of `gold`, are known beforehand, asked first, and weigh their workers.
    Whoever fails them is not asked again. A worker who met none counts with the prior: these crowds were recorded
    without hidden gold, while the portal sees to it that everybody meets some.
    """
    chance = random.Random(seed)  # noqa: S311 (a replay that can be repeated)
    known = [number for number, task in enumerate(answers.tasks) if task in gold]
    hidden = set(chance.sample(known, min(len(known), round(gold_share * len(answers.tasks)))))
    asked = _by_task(answers, chance)
    course = _Course(
        scores=[[0.0] * len(answers.labels) for _ in answers.tasks],
        named=[0] * len(answers.tasks),
        standings=[Standing() for _ in answers.workers],
    )
    for task in sorted(hidden):
        for worker, label in asked[task]:
            _test(course, worker, is_right=answers.labels[label] == gold[answers.tasks[task]])
    open_tasks = [task for task in range(len(answers.tasks)) if task not in hidden]
    for turn in range(max(map(len, asked), default=0)):
        chance.shuffle(open_tasks)
        for task in open_tasks:
            if task not in course.settled and turn < len(asked[task]):
                _ask(course, task, *asked[task][turn])
    return _result(answers, gold, course, hidden)


def _by_task(answers: Answers, chance: random.Random) -> list[list[tuple[int, int]]]:
    asked: list[list[tuple[int, int]]] = [[] for _ in answers.tasks]
    rows = zip(answers.task.tolist(), answers.worker.tolist(), answers.label.tolist(), strict=True)
    for task, worker, label in rows:
        asked[task].append((worker, label))
    for of_task in asked:
        chance.shuffle(of_task)
    return asked


def _test(course: _Course, worker: int, *, is_right: bool) -> None:
    before = course.standings[worker]
    course.standings[worker] = Standing(before.seen + 1, before.right + is_right)
    course.used += 1


def _ask(course: _Course, task: int, worker: int, label: int) -> None:
    if course.standings[worker].has_failed:
        return
    course.used += 1
    scores = course.scores[task]
    weighs = weight(course.standings[worker], len(scores), tested_after=0)
    scores[label] += weighs
    course.named[task] += weighs > 0
    if verdict(Tally(scores, course.named[task])).state is State.RETIRED:
        course.settled.add(task)


def _result(answers: Answers, gold: Mapping[str, str], course: _Course, hidden: set[int]) -> Replay:
    likely = np.array([posterior(scores) for scores in course.scores])
    for task in hidden:
        truth = gold[answers.tasks[task]]
        if truth in answers.labels:
            likely[task] = np.eye(len(answers.labels))[answers.labels.index(truth)]
    return Replay(
        label=likely.argmax(axis=1),
        confidence=likely.max(axis=1),
        answers_used=course.used,
        hidden_gold=frozenset(answers.tasks[task] for task in hidden),
    )
