"""Answers of a crowd as arrays, and the files they come in."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """Who answered what to which task; row i says that worker[i] gave label[i] to task[i], in the order given.

    `tasks`, `workers` and `labels` hold the names that the numbers stand for.
    """

    tasks: tuple[str, ...]
    workers: tuple[str, ...]
    labels: tuple[str, ...]
    task: Ints
    worker: Ints
    label: Ints

    def __len__(self) -> int:
        return len(self.task)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str]]) -> "Answers":
        """From (task, worker, label); of several answers of one worker to one task the last one counts."""
        kept = {(task, worker): label for task, worker, label in rows}
        tasks = _numbered(task for task, _ in kept)
        workers = _numbered(worker for _, worker in kept)
        labels = {name: number for number, name in enumerate(sorted(set(kept.values())))}
        return cls(
            tasks=tuple(tasks),
            workers=tuple(workers),
            labels=tuple(labels),
            task=np.array([tasks[task] for task, _ in kept], dtype=np.int64),
            worker=np.array([workers[worker] for _, worker in kept], dtype=np.int64),
            label=np.array([labels[label] for label in kept.values()], dtype=np.int64),
        )

    def votes_by_task(self) -> Floats:
        """How many answers each task has of each label: tasks × labels."""
        classes = len(self.labels)
        cells = np.bincount(self.task * classes + self.label, minlength=len(self.tasks) * classes)
        return cells.reshape(len(self.tasks), classes).astype(np.float64)


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


@dataclass(frozen=True)
class Found:
    """What came out: for each task a label (its number), how sure (0 to 1), and how many answers were looked at."""

    label: Ints
    confidence: Floats
    answers_used: int

    def accuracy(
        self, answers: Answers, gold: Mapping[str, str], *, leaving_out: Iterable[str] = ()
    ) -> float:
        """The share of gold tasks that got their label; nan when none is left to compare."""
        left_out = set(leaving_out)
        right = [
            answers.labels[label] == gold[task]
            for task, label in zip(answers.tasks, self.label, strict=True)
            if task in gold and task not in left_out
        ]
        return sum(right) / len(right) if right else float("nan")


def read_answers(path: Path) -> Answers:
    """A CSV file with the columns task, worker and label.

    Raises ValueError when a column is missing, a value is empty, or there is no row; OSError when it cannot be read.
    """
    return Answers.of(
        (row["task"], row["worker"], row["label"]) for row in _rows(path, ("task", "worker", "label"))
    )


def read_gold(path: Path) -> dict[str, str]:
    """A CSV file with the columns task and label; raises as read_answers does."""
    return {row["task"]: row["label"] for row in _rows(path, ("task", "label"))}


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}")
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if not all(row[column] for column in columns):
            raise ValueError(f"{path}: an empty value in row {number}")
    if not rows:
        raise ValueError(f"{path}: no row")
    return rows
