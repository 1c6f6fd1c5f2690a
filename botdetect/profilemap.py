"""Kinds of profiles, in numbers that name nobody: a map of a whole collection, groups inside a cluster."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from botdetect.clustering import MOST_FOR_GROUPS, Floats, Ints, centres, groups_inside, profile_map
from botdetect.features import NAMES, dormant, matrix
from botdetect.traces import name_shape

Profiles = dict[str, list[Any]]
"""Columns created_at, collected_at (seconds), followers, friends, statuses, screen_name; a value may be None."""

LEAST = 10
"""Fewer profiles make no map."""
_SHOWN = ("age_days", "followers", "friends", "statuses", "handle_digits")
_RULED = [NAMES.index(name) for name in ("statuses", "followers", "friends")]
_MOST_KINDS, _PROFILES_A_KIND = 64, 50


def map_of(profiles: Profiles) -> dict[str, Any]:
    """The kinds of profiles of a collection (MiniBatchKMeans), each with its place on a plane; {} for too few."""
    features = matrix(profiles)
    if len(features) < LEAST:
        return {}
    groups = min(_MOST_KINDS, max(2, len(features) // _PROFILES_A_KIND))
    labels = profile_map(features, groups=groups)
    plane = centres(features, labels)
    kinds = _described(profiles, features, labels)
    for kind in kinds:
        kind["x"], kind["y"] = (round(float(value), 3) for value in plane[kind["label"]])
    return {"profiles": len(features), "known": _known(features), "kinds": kinds}


def groups_of(profiles: Profiles) -> dict[str, Any]:
    """The groups of profiles inside a cluster (HDBSCAN), and how many are in none; {} for too few or too many."""
    features = matrix(profiles)
    if not LEAST <= len(features) <= MOST_FOR_GROUPS:
        return {}
    labels = groups_inside(features)
    return {
        "profiles": len(features),
        "known": _known(features),
        "kinds": _described(profiles, features, labels),
        "alone": int((labels < 0).sum()),
    }


def _known(features: Floats) -> dict[str, int]:
    """Of how many profiles each feature shown is known."""
    return {name: int(np.isfinite(features[:, NAMES.index(name)]).sum()) for name in _SHOWN}


def _described(profiles: Profiles, features: Floats, labels: Ints) -> list[dict[str, Any]]:
    """Each group, the largest first: accounts, medians, the commonest pattern of names, how many are dormant.

    None are dormant, rather than 0, when no profile tells what the rule asks for.
    """
    shapes = [name_shape(handle) if handle else "" for handle in profiles["screen_name"]]
    is_dormant, is_told = dormant(profiles), np.asarray(np.isfinite(features[:, _RULED]).all(axis=1))
    found = []
    for label in np.unique(labels[labels >= 0]).tolist():
        places = np.flatnonzero(labels == label)
        shape, count = _commonest([shapes[place] for place in places])
        found.append(
            {
                "label": label,
                "accounts": len(places),
                "medians": {name: _median(features[places, NAMES.index(name)]) for name in _SHOWN},
                "shape": shape,
                "shape_accounts": count,
                "dormant": int(is_dormant[places].sum()) if is_told[places].any() else None,
            }
        )
    return sorted(found, key=lambda kind: (-kind["accounts"], kind["label"]))


def _commonest(shapes: Sequence[str]) -> tuple[str, int]:
    counts = Counter(shape for shape in shapes if shape)
    return min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))


def _median(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(np.median(known)), 1) if len(known) else None
