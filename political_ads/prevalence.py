"""What share of all ads a label has, from a sample drawn at random, with the interval it lies in.

Only ads drawn uniformly say anything of all ads: what the queue asks for first is chosen because it looks political.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_Z95 = 1.959964


@dataclass(frozen=True)
class Share:
    """A share between 0 and 1, its 95 % interval, and the number of creatives it stands on."""

    label: str
    value: float
    low: float
    high: float
    sample: int


def shares(sample: Iterable[tuple[str, float]]) -> list[Share]:
    """The share of each label among (label, weight), the largest first.

    The weight of a creative is the number of ads that show it, so that shares are of ads. The interval is Wilson's
    (E. B. Wilson, JASA 22, 1927) on Kish's effective size (Σw)² / Σw², which unequal weights make smaller.
    """
    rows = [(label, weight) for label, weight in sample if weight > 0]
    total = math.fsum(weight for _, weight in rows)
    squares = math.fsum(weight * weight for _, weight in rows)
    if not rows:
        return []
    effective = total * total / squares
    weights: dict[str, list[float]] = {}
    for label, weight in rows:
        weights.setdefault(label, []).append(weight)
    found = []
    for label, of_label in weights.items():
        value = min(1.0, math.fsum(of_label) / total)
        low, high = _wilson(value, effective)
        found.append(Share(label, value, low, high, len(rows)))
    return sorted(found, key=lambda share: (-share.value, share.label))


def _wilson(value: float, size: float) -> tuple[float, float]:
    z2 = _Z95 * _Z95
    middle = value + z2 / (2 * size)
    reach = _Z95 * math.sqrt(value * (1 - value) / size + z2 / (4 * size * size))
    scale = 1 + z2 / size
    return max(0.0, min(value, (middle - reach) / scale)), min(1.0, max(value, (middle + reach) / scale))
