"""The nightly look at all answers. It flags results and sessions; it never changes a label."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone

from political_ads.agreement import by_label, krippendorff
from political_ads.consensus.answers import Answers
from political_ads.consensus.dawid_skene import Estimate, dawid_skene
from political_ads.covoting import co_voters
from political_ads.labels import CLASSES, Label
from political_ads.models import MonitorRun, Task, Vote, Voter
from political_ads.services.standing import set_status

_DOUBT_FROM = 0.8
_LEAST_ANSWERS = 20
_CO_VOTING_DAYS = 30
_CHUNK = 1_000


def run() -> MonitorRun:
    """Estimate each session's errors (Dawid–Skene), measure agreement, doubt results, put sessions on probation."""
    rows = list(
        Vote.objects.active()
        .filter(voter__status=Voter.Status.ACTIVE)
        .exclude(label=Label.CANT_SAY)
        .order_by("pk")
        .values_list("creative_id", "voter_id", "label", "creative__language")
    )
    doubted, poor = 0, set[UUID]()
    if rows:
        answers = _answers(rows)
        estimate = dawid_skene(answers)
        doubted = _doubt(answers, estimate)
        poor = _worse_than_chance(answers, estimate)
    probation = _put_on_probation(poor, "answers worse than chance by the nightly check")
    together = co_voters(_recent_answers(rows))
    probation += _put_on_probation(together, "answers as one with another session")
    return MonitorRun.objects.create(
        votes_count=len(rows),
        tasks_count=len({row[0] for row in rows}),
        alpha=_agreement(rows),
        doubted_count=doubted,
        probation_count=probation,
    )


def _answers(rows: list[Any]) -> Answers:
    tasks, task = np.unique([row[0] for row in rows], return_inverse=True)
    workers, worker = np.unique([row[1].hex for row in rows], return_inverse=True)
    labels, label = np.unique([row[2] for row in rows], return_inverse=True)
    return Answers(
        tasks=tuple(str(each) for each in tasks.tolist()),
        workers=tuple(workers.tolist()),
        labels=tuple(labels.tolist()),
        task=task.astype(np.int64),
        worker=worker.astype(np.int64),
        label=label.astype(np.int64),
    )


def _doubt(answers: Answers, estimate: Estimate) -> int:
    """Note on settled results where the estimate is sure of another label; forget earlier doubts it does not share."""
    sure = {
        int(task): answers.labels[label]
        for task, label, confidence in zip(answers.tasks, estimate.label, estimate.confidence, strict=True)
        if confidence >= _DOUBT_FROM
    }
    doubts: dict[int, str] = {}
    settled = Task.objects.filter(state=Task.State.RETIRED).values_list("pk", "top", "monitor_top")
    changed = []
    for pk, top, before in settled.order_by("pk").iterator():
        found = sure.get(pk, top)
        doubt = found if found != top else ""
        if doubt:
            doubts[pk] = doubt
        if doubt != before:
            changed.append(Task(pk=pk, monitor_top=doubt))
    Task.objects.bulk_update(changed, ["monitor_top"], batch_size=_CHUNK)
    return len(doubts)


def _worse_than_chance(answers: Answers, estimate: Estimate) -> set[UUID]:
    """Sessions with twenty answers and more whose estimated accuracy is below one in K."""
    counts = np.bincount(answers.worker, minlength=len(answers.workers))
    poor = (estimate.worker_accuracy() < 1 / len(answers.labels)) & (counts >= _LEAST_ANSWERS)
    return {UUID(answers.workers[number]) for number in np.flatnonzero(poor)}


def _recent_answers(rows: list[Any]) -> dict[UUID, dict[int, str]]:
    """What sessions begun lately answered: those who answer as one do so at the same time."""
    begun = timezone.now() - timedelta(days=_CO_VOTING_DAYS)
    recent = set(
        Voter.objects.filter(created_at__gt=begun, votes_count__gte=_LEAST_ANSWERS).values_list(
            "pk", flat=True
        )
    )
    answers: dict[UUID, dict[int, str]] = defaultdict(dict)
    for creative, voter, label, _language in rows:
        if voter in recent:
            answers[voter][creative] = label
    return answers


@transaction.atomic
def _put_on_probation(sessions: Iterable[UUID], reason: str) -> int:
    """Their answers weigh nothing from now on, until an administrator says otherwise."""
    active = Voter.objects.filter(pk__in=list(sessions), status=Voter.Status.ACTIVE)
    keys = list(active.values_list("pk", flat=True))
    return set_status(voters=keys, status=Voter.Status.PROBATION, reason=reason, actor=None)


def _agreement(rows: list[Any]) -> dict[str, Any]:
    units: dict[int, Counter[str]] = defaultdict(Counter)
    languages: dict[str, dict[int, Counter[str]]] = defaultdict(dict)
    for creative, _voter, label, language in rows:
        units[creative][label] += 1
        languages[language][creative] = units[creative]
    alphas = {
        "all": krippendorff(units.values()),
        "labels": by_label(list(units.values()), [label.value for label in CLASSES]),
        "languages": {name or "?": krippendorff(those.values()) for name, those in languages.items()},
    }
    return {name: _known(value) for name, value in alphas.items()}


def _known(value: Any) -> Any:
    """JSON has no nan: what is not known is null."""
    if isinstance(value, dict):
        return {name: _known(inner) for name, inner in value.items()}
    return None if math.isnan(value) else round(value, 4)
