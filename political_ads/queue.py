"""Which creative to ask somebody about next: the buckets a task may stand in, and how one of them is drawn."""

import math
import random
from collections.abc import Iterator
from enum import IntEnum


class Bucket(IntEnum):
    """Where a task waits. A task that is asked of nobody stands in none."""

    GOLD = 0
    AUDIT = 1
    FRESH_LOW = 2
    FRESH_MEDIUM = 3
    FRESH_HIGH = 4
    FRESH_TOP = 5
    FINISH = 6
    CONTESTED = 7


AUDIT_SHARE = 0.07
"""Of all creatives, drawn uniformly when they arrive: the only ones that shares of all ads are estimated from."""

_FRESH = (Bucket.FRESH_TOP, Bucket.FRESH_HIGH, Bucket.FRESH_MEDIUM, Bucket.FRESH_LOW)
_FRESH_WEIGHTS = (4, 3, 2, 1)
_GOLD_AT_FIRST, _FIRST_ANSWERS, _GOLD_LATER = 0.30, 10, 0.08
_FINISH, _AUDIT = 0.65, 0.08


def fresh_bucket(prior_political: float | None, reach: int | None) -> Bucket:
    """Where a creative nobody has answered waits: the likelier political and the wider shown, the sooner.

    `prior_political` is 0 to 1 by the text model (0.5 when unknown), `reach` a number of impressions.
    """
    prior = 0.5 if prior_political is None else prior_political
    # Ten million impressions and more are the widest; an unknown reach counts as a thousand.
    width = min(1.0, math.log10(max(reach if reach is not None else 1_000, 1)) / 7)
    worth = prior * (0.5 + 0.5 * width)
    return _FRESH[next((place for place, least in enumerate((0.6, 0.4, 0.2)) if worth >= least), 3)]


def order(chance: random.Random, *, answers: int) -> Iterator[Bucket]:
    """The buckets to look into for somebody who has given so many answers: one drawn, then the others.

    Known answers (gold) come often at first, so that a new person's answers soon weigh something.
    """
    gold = _GOLD_AT_FIRST if answers < _FIRST_ANSWERS else _GOLD_LATER
    drawn: list[Bucket] = []
    if chance.random() < gold:
        drawn.append(Bucket.GOLD)
    place = chance.random()
    fresh = chance.choices(_FRESH, weights=_FRESH_WEIGHTS)[0]
    if place < _FINISH:
        drawn.append(Bucket.FINISH)
    elif place < _FINISH + _AUDIT:
        drawn.append(Bucket.AUDIT)
    else:
        drawn.append(fresh)
    yield from dict.fromkeys([*drawn, Bucket.FINISH, fresh, *_FRESH, Bucket.AUDIT, Bucket.CONTESTED])
