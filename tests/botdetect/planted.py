"""Share events with planted groups, written for the tests."""

import numpy as np

from botdetect.coordination.events import Events, from_codes


def planted_events(
    *,
    accounts: int = 600,
    objects: int = 300,
    groups: int = 2,
    members: int = 8,
    acts: int = 12,
    seed: int = 3,
) -> tuple[Events, np.ndarray]:
    """Bystanders who share at leisure, and groups who share within seconds; the group of each account, or -1."""
    chance = np.random.default_rng(seed)
    shares = accounts * 10
    object_ = chance.integers(0, objects, shares)
    account = chance.integers(0, accounts, shares)
    moment = chance.integers(0, 30 * 86_400, shares)
    group = np.full(accounts, -1)
    pieces = [(object_, account, moment)]
    for number in range(groups):
        who = np.arange(number * members, (number + 1) * members)
        group[who] = number
        for act in range(acts):
            at = int(chance.integers(0, 30 * 86_400))
            what = objects + number * acts + act
            pieces.append((np.full(members, what), who, at + chance.integers(0, 20, members)))
    columns = [np.concatenate(column) for column in zip(*pieces, strict=True)]
    return from_codes(*columns), group
