"""A forest that compares profiles with labelled ones: one signal among others, never a verdict.

Kept as plain arrays (npz without pickle), with the figures it reached on sets it was not trained on. It refuses
profiles unlike any it was trained on. Source: Breiman, Random Forests (2001); a score does not transfer from one set
to another (Echeverría et al. 2018), hence the figures across sets.
"""

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botdetect.agreement import positive_predictive_value
from botdetect.features import NAMES, Floats, matrix

USED = (
    "age_days",
    "statuses",
    "followers",
    "friends",
    "statuses_a_day",
    "followers_a_day",
    "friends_a_day",
    "friends_per_follower",
    "handle_length",
    "handle_digits",
)
"""The features it looks at: those that every collected profile may have."""
THRESHOLD = 0.5
BASE_RATES = (0.01, 0.05, 0.1, 0.3)
_TREES, _DEPTH, _LEAST_IN_LEAF = 200, 8, 5
_LEAST_OF_A_KIND = 20
_UNKNOWN, _LARGEST = -1.0, 1e12
_ARRAYS = ("feature", "threshold", "left", "right", "value", "roots", "low", "high")


class ClassifierError(ValueError):
    """The labelled profiles or the kept file cannot be used; the message says why."""


@dataclass(frozen=True)
class Forest:
    """Trees laid one after the other, and what they were trained on.

    feature, threshold, left, right, value: one entry a node, a leaf having feature -1; roots: the first node of each
    tree; low, high: the range of each feature of USED among the training profiles; figures: see `train`.
    """

    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    roots: NDArray[np.int32]
    low: Floats
    high: Floats
    figures: Mapping[str, Any]

    def score(self, profiles: Mapping[str, Any]) -> Floats:
        """How like the labelled ones each profile is, 0 to 1; NaN for one it refuses.

        profiles: columns as `features.matrix` takes them.
        """
        return self.score_rows(_chosen(profiles))

    def score_rows(self, rows: Floats) -> Floats:
        """The same for rows of the features of USED, none of them unknown."""
        at = np.repeat(self.roots[:, None], len(rows), axis=1)
        every = np.arange(len(rows))
        while (inner := self.feature[at] >= 0).any():
            goes_left = rows[every, self.feature[at]] <= self.threshold[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)
        is_strange = ((rows < self.low) | (rows > self.high)).any(axis=1)
        return np.where(is_strange, np.nan, self.value[at].mean(axis=0))

    def panel(self) -> list[dict[str, float]]:
        """For each base rate: of the profiles it would flag, the share that would rightly be, on its worst set."""
        worst = min(self.figures["sets"], key=lambda each: each["recall"] - each["false_positives"])
        return [
            {
                "rate": rate,
                "right": positive_predictive_value(worst["recall"], worst["false_positives"], rate),
            }
            for rate in BASE_RATES
        ]

    def save(self, path: Path) -> None:
        """Write it in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        with draft.open("wb") as file:
            np.savez_compressed(file, figures=np.array(json.dumps(self.figures)), **arrays)
        os.replace(draft, path)  # noqa: PTH105 (in one step)


def load(path: Path) -> Forest:
    """The forest kept in a file. Raises ClassifierError when it is not one; nothing in it is ever executed."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            forest = Forest(
                **{name: kept[name] for name in _ARRAYS}, figures=json.loads(str(kept["figures"]))
            )
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ClassifierError(f"{path.name} is no classifier of this program: {error}") from error
    _check(forest, path.name)
    return forest


def _check(forest: Forest, name: str) -> None:
    nodes = np.arange(len(forest.feature))
    inner = forest.feature >= 0
    # Children lie behind their parent: every way down ends.
    is_sound = (
        all(len(getattr(forest, each)) == len(nodes) for each in ("threshold", "left", "right", "value"))
        and len(forest.low) == len(forest.high) == len(USED)
        and (forest.feature < len(USED)).all()
        and all(
            (side[inner] > nodes[inner]).all() and (side[inner] < len(nodes)).all()
            for side in (forest.left, forest.right)
        )
        and ((forest.roots >= 0) & (forest.roots < len(nodes))).all()
    )
    if not is_sound:
        raise ClassifierError(f"{name} is damaged: train it again")


def train(
    profiles: Mapping[str, Any], labels: Sequence[bool], sets: Sequence[str], *, seed: int = 0
) -> Forest:
    """A forest trained on all sets, with the figures that forests trained on the other sets reach on each.

    profiles: columns as `features.matrix` takes them; labels: whether each is of the kind sought; sets: where each is
    from. figures: {"profiles", "sets": [{"set", "profiles", "auc", "precision", "recall", "false_positives",
    "refused"}]}, the last four at THRESHOLD among those not refused.
    Raises ClassifierError with fewer than two sets, or one with fewer than twenty of either kind.
    """
    rows, wanted, source = _chosen(profiles), np.asarray(labels, np.bool_), np.asarray(sets)
    names = sorted(set(source.tolist()))
    if len(names) < 2:
        raise ClassifierError("give at least two sets: figures inside one set do not carry over to another")
    for name in names:
        here = wanted[source == name]
        if min(here.sum(), (~here).sum()) < _LEAST_OF_A_KIND:
            raise ClassifierError(f"the set {name!r} has fewer than {_LEAST_OF_A_KIND} profiles of one kind")
    across = [{"set": name} | _across(rows, wanted, source == name, seed) for name in names]
    return _grown(rows, wanted, seed, {"profiles": len(rows), "sets": across})


def _across(rows: Floats, wanted: NDArray[np.bool_], here: NDArray[np.bool_], seed: int) -> dict[str, Any]:
    """What a forest trained elsewhere makes of this set."""
    from sklearn.metrics import roc_auc_score  # takes a second to load, which no page should wait for

    all_scores = _grown(rows[~here], wanted[~here], seed, {}).score_rows(rows[here])
    is_known = ~np.isnan(all_scores)
    truth, scores = wanted[here][is_known], all_scores[is_known]
    flagged = scores > THRESHOLD
    return {
        "profiles": int(here.sum()),
        "refused": int((~is_known).sum()),
        "auc": round(float(roc_auc_score(truth, scores)), 4) if len(set(truth.tolist())) == 2 else None,
        "precision": _share(truth[flagged]),
        "recall": _share(flagged[truth]),
        "false_positives": _share(flagged[~truth]),
    }


def _share(truths: NDArray[np.bool_]) -> float:
    return round(float(truths.mean()), 4) if len(truths) else 0.0


def _grown(rows: Floats, wanted: NDArray[np.bool_], seed: int, figures: Mapping[str, Any]) -> Forest:
    from sklearn.ensemble import RandomForestClassifier  # as above

    grown = RandomForestClassifier(
        _TREES,
        max_depth=_DEPTH,
        min_samples_leaf=_LEAST_IN_LEAF,
        class_weight="balanced",
        random_state=seed,
        n_jobs=1,
    ).fit(rows, wanted)
    trees = [each.tree_ for each in grown.estimators_]
    roots = np.cumsum([0, *(tree.node_count for tree in trees[:-1])]).astype(np.int32)
    shifted = {
        side: np.concatenate(
            [getattr(tree, f"children_{side}") + root for tree, root in zip(trees, roots, strict=True)]
        )
        for side in ("left", "right")
    }
    values = np.concatenate([tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1) for tree in trees])
    return Forest(
        feature=np.concatenate([np.maximum(tree.feature, -1) for tree in trees]).astype(np.int32),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        left=shifted["left"].astype(np.int32),
        right=shifted["right"].astype(np.int32),
        value=values,
        roots=roots,
        low=rows.min(axis=0),
        high=rows.max(axis=0),
        figures=figures,
    )


def _chosen(profiles: Mapping[str, Any]) -> Floats:
    """The features used, rounded as the trees were grown; what is unknown is a value of its own."""
    rows = matrix(profiles)[:, [NAMES.index(name) for name in USED]]
    return np.nan_to_num(rows, nan=_UNKNOWN, posinf=_LARGEST).astype(np.float32).astype(np.float64)
