"""Sessions that answer as one: the same creatives, the same answers, far more often than people do."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from itertools import combinations
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

LEAST_ANSWERS, LEAST_OVERLAP, LEAST_AGREEMENT = 20, 0.8, 0.95
# A creative that very many have answered, such as a known one, brings nobody together.
_MOST_PER_CREATIVE = 60


def co_voters(answers: Mapping[Key, Mapping[int, str]]) -> set[Key]:
    """Sessions of which another answered four fifths of the same creatives, nineteen in twenty the same way.

    `answers` is creative → label for each session; those with fewer than twenty are left alone.
    """
    busy = {who: given for who, given in answers.items() if len(given) >= LEAST_ANSWERS}
    by_creative: dict[int, list[Key]] = defaultdict(list)
    for who, given in busy.items():
        for creative in given:
            by_creative[creative].append(who)
    together: Counter[tuple[Key, Key]] = Counter()
    for people in by_creative.values():
        if len(people) <= _MOST_PER_CREATIVE:
            together.update(combinations(people, 2))
    found: set[Key] = set()
    for (one, other), shared in together.items():
        either = len(busy[one]) + len(busy[other]) - shared
        if shared >= LEAST_ANSWERS and shared / either > LEAST_OVERLAP:
            same = sum(busy[other].get(creative) == label for creative, label in busy[one].items())
            if same / shared >= LEAST_AGREEMENT:
                found |= {one, other}
    return found
