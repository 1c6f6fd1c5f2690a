"""Dawid and Skene's estimate of each worker's errors and each task's label, from the answers alone.

A. P. Dawid, A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm",
Applied Statistics 28 (1979). A full confusion matrix a worker: one who always says "political" is not merely wrong.
Twenty accounts that agree to lie take it over, so that here it watches and never decides.
"""

from dataclasses import dataclass

import numpy as np

from political_ads.consensus.answers import Answers, Floats, Found

_ROUNDS = 50
_STILL = 1e-4
_ON_DIAGONAL = 0.01


@dataclass(frozen=True)
class Estimate(Found):
    """What was found, with posteriors (tasks × labels) and confusion (workers × true label × given label)."""

    posteriors: Floats
    confusion: Floats

    def worker_accuracy(self) -> Floats:
        """For each worker the chance of a right answer, were all labels as frequent."""
        diagonal: Floats = np.einsum("wkk->w", self.confusion) / self.confusion.shape[1]
        return diagonal


def dawid_skene(answers: Answers, *, rounds: int = _ROUNDS) -> Estimate:
    """Expectation-maximisation from the shares of votes, until posteriors move less than 1e-4 on average."""
    posteriors = answers.votes_by_task()
    posteriors /= np.maximum(posteriors.sum(axis=1, keepdims=True), 1)
    confusion = _confusion(answers, posteriors)
    for _ in range(rounds):
        before = posteriors
        posteriors = _posteriors(answers, confusion, before.mean(axis=0))
        confusion = _confusion(answers, posteriors)
        if np.abs(posteriors - before).mean() < _STILL:
            break
    label = posteriors.argmax(axis=1)
    return Estimate(label, posteriors.max(axis=1), len(answers), posteriors, confusion)


def _confusion(answers: Answers, posteriors: Floats) -> Floats:
    """The expected share of each answer given each truth, a worker at a time, smoothed (Dirichlet, 1/K a cell)."""
    classes, workers = len(answers.labels), len(answers.workers)
    place = answers.worker * classes + answers.label
    confusion = np.empty((workers, classes, classes))
    for truth in range(classes):
        expected = np.bincount(place, weights=posteriors[answers.task, truth], minlength=workers * classes)
        confusion[:, truth, :] = expected.reshape(workers, classes)
    confusion += 1 / classes + _ON_DIAGONAL * np.eye(classes)
    normalised: Floats = confusion / confusion.sum(axis=2, keepdims=True)
    return normalised


def _posteriors(answers: Answers, confusion: Floats, shares: Floats) -> Floats:
    """How likely each label is for each task, given the workers' errors and the labels' shares."""
    logs = np.log(confusion)
    scores = np.empty((len(answers.tasks), len(answers.labels)))
    for truth in range(len(answers.labels)):
        given = logs[answers.worker, truth, answers.label]
        scores[:, truth] = np.bincount(answers.task, weights=given, minlength=len(answers.tasks))
    scores += np.log(np.maximum(shares, 1e-12))
    scores -= scores.max(axis=1, keepdims=True)
    likely = np.exp(scores)
    posteriors: Floats = likely / likely.sum(axis=1, keepdims=True)
    return posteriors
