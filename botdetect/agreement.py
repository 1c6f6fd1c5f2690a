"""How sure a share of judged accounts is, and how much two reviewers agree."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

_Z_95 = 1.959963984540054


def wilson(right: int, judged: int) -> tuple[float, float]:
    """The 95 % interval of a proportion (Wilson 1927), as fractions; (0, 1) when nothing was judged."""
    if not judged:
        return 0.0, 1.0
    share, square = right / judged, _Z_95**2
    middle = share + square / (2 * judged)
    spread = _Z_95 * sqrt(share * (1 - share) / judged + square / (4 * judged**2))
    scale = 1 + square / judged
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance of two judges (Cohen 1960); None when there is nothing to compare."""
    if not pairs:
        return None
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(ones[each] * others[each] for each in ones) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def positive_predictive_value(found: float, false_alarms: float, base_rate: float) -> float:
    """Of the accounts that a rule flags, the share that it is right about, given how common the thing is.

    found: the rule's true positive rate; false_alarms: its false positive rate; all three from 0 to 1.
    """
    right = found * base_rate
    flagged = right + false_alarms * (1 - base_rate)
    return right / flagged if flagged else 0.0
