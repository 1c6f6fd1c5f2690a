"""The rules by which the portal decides: what an answer weighs, and when there have been enough of them.

An answer weighs by how its author did on tasks whose answer is known (gold), and by nothing else: accounts that agree
with each other gain nothing by it.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

TESTED_AFTER = 2
"""Known answers that somebody must have given before theirs count."""
SURE, SURE_OF_LEGAL_WEIGHT = 0.95, 0.99
LEAST_ANSWERS = 3

# Before any gold: right four times in six, the mean of real crowds (0.55 to 0.82), as sure as six answers make it.
_PRIOR_RIGHT, _PRIOR_WRONG = 4.0, 2.0
_FAILED_AFTER, _FAILED_BELOW = 3, 0.4
_LARGEST_ACCURACY = 0.95
_CONTESTED_AFTER, _CONTESTED_BELOW, _LONGEST_DOUBT = 8, 0.80, 20
_UNDECIDABLE_AFTER, _UNDECIDABLE_SHARE = 5, 0.5


@dataclass(frozen=True)
class Standing:
    """How somebody did on tasks whose answer is known."""

    seen: int = 0
    right: int = 0

    @property
    def has_failed(self) -> bool:
        """Wrong so often that nothing can be learnt from the answers."""
        return self.seen >= _FAILED_AFTER and self.right / self.seen < _FAILED_BELOW


def weight(standing: Standing, classes: int, *, tested_after: int = TESTED_AFTER) -> float:
    """What an answer adds to the score of its label: log(a (K − 1) / (1 − a)), the log-odds of an accuracy a.

    Zero before `tested_after` known answers, after failing them, and for whoever does no better than chance.
    """
    if standing.seen < tested_after or standing.has_failed:
        return 0.0
    accuracy = (standing.right + _PRIOR_RIGHT) / (standing.seen + _PRIOR_RIGHT + _PRIOR_WRONG)
    accuracy = min(accuracy, _LARGEST_ACCURACY)
    others = max(1, classes - 1)  # a set of one label only is as good as certain anyway
    return max(0.0, math.log(accuracy * others / (1 - accuracy)))


def posterior(scores: Sequence[float]) -> list[float]:
    """How likely each label is, all being as likely beforehand: exp(score), scaled to a sum of 1."""
    largest = max(scores)
    parts = [math.exp(score - largest) for score in scores]
    total = math.fsum(parts)
    return [part / total for part in parts]


class State(StrEnum):
    """What becomes of a task."""

    OPEN = "open"
    RETIRED = "retired"
    CONTESTED = "contested"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True)
class Tally:
    """The answers that count: the score of each label, how many named one, how many could not say."""

    scores: Sequence[float]
    named: int
    cant_say: int = 0


@dataclass(frozen=True)
class Verdict:
    """The state, the number of the likeliest label (None before any answer that counts), and how sure it is."""

    state: State
    top: int | None
    confidence: float


def verdict(tally: Tally, *, legal_weight: Collection[int] = ()) -> Verdict:
    """What these answers come to; labels of `legal_weight` ask for 0.99 rather than 0.95."""
    if not tally.named:
        return Verdict(_undecided(tally, State.OPEN), None, 0.0)
    likely = posterior(tally.scores)
    confidence = max(likely)
    top = likely.index(confidence)
    sure = SURE_OF_LEGAL_WEIGHT if top in legal_weight else SURE
    if tally.named >= LEAST_ANSWERS and confidence >= sure:
        return Verdict(State.RETIRED, top, confidence)
    is_contested = tally.named >= _CONTESTED_AFTER and confidence < _CONTESTED_BELOW
    if is_contested or tally.named >= _LONGEST_DOUBT:
        return Verdict(State.CONTESTED, top, confidence)
    return Verdict(_undecided(tally, State.OPEN), top, confidence)


def _undecided(tally: Tally, otherwise: State) -> State:
    answers = tally.named + tally.cant_say
    is_many = answers >= _UNDECIDABLE_AFTER and tally.cant_say >= answers * _UNDECIDABLE_SHARE
    return State.UNDECIDABLE if is_many else otherwise
