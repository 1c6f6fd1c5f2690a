"""The plain count, with which everything else is compared."""

import numpy as np

from political_ads.consensus.answers import Answers, Found


def majority(answers: Answers, *, seed: int = 0) -> Found:
    """The label most answers gave; a tie is drawn, since taking the first label moves real sets by four points."""
    votes = answers.votes_by_task()
    # Less than one vote, so that it decides between equals only.
    chance = np.random.default_rng(seed).random(votes.shape) / 2
    label = (votes + chance).argmax(axis=1)
    total = votes.sum(axis=1)
    confidence = votes[np.arange(len(votes)), label] / np.maximum(total, 1)
    return Found(label, confidence, len(answers))
