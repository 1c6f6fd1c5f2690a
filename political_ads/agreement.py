"""How far people agree: Krippendorff's alpha for answers that have no order.

K. Krippendorff, "Content Analysis" (4th ed., 2018), §12.3. 1 is full agreement, 0 what chance gives, below 0 is worse.
"""

import math
from collections.abc import Iterable, Mapping, Sequence


def krippendorff(units: Iterable[Mapping[str, int]]) -> float:
    """Alpha of these units, each a count of answers by label; nan where nothing can be compared.

    A unit with one answer says nothing of agreement and is left out; the number of answers may differ.
    """
    pairable = [unit for unit in units if sum(unit.values()) > 1]
    answers = sum(sum(unit.values()) for unit in pairable)
    by_label: dict[str, int] = {}
    observed = 0.0
    for unit in pairable:
        size = sum(unit.values())
        observed += (size * size - sum(count * count for count in unit.values())) / (size - 1)
        for label, count in unit.items():
            by_label[label] = by_label.get(label, 0) + count
    expected = answers * answers - sum(count * count for count in by_label.values())
    if not expected:
        return math.nan
    return 1 - (answers - 1) * observed / expected


def by_label(units: Sequence[Mapping[str, int]], labels: Iterable[str]) -> dict[str, float]:
    """Alpha of each label against all others: whether people agree that this is what an ad is for."""
    return {
        label: krippendorff(
            {"this": unit.get(label, 0), "other": sum(unit.values()) - unit.get(label, 0)} for unit in units
        )
        for label in labels
    }
