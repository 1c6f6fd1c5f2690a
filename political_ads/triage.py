"""Which texts look political: a linear model on hashed pieces of words. It orders the queue and never labels an ad.

Kept as plain arrays (.npz), so that reading a model from disk can run nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_EXAMPLES, LEAST_OF_EACH = 40, 10
_FEATURES = 2**18
_LONGEST_TEXT = 2_000
_FOLDS = 5


@dataclass(frozen=True)
class Model:
    """The weight of each hashed piece (float32, 2¹⁸ of them), and what is added to their sum."""

    weights: NDArray[np.float32]
    intercept: float

    def political(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The chance of being political for each text, 0 to 1."""
        scores = np.asarray(_pieces(texts) @ self.weights, dtype=np.float64) + self.intercept
        chances: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        return chances

    def save(self, path: Path) -> None:
        """Write it beside the old one, then in its place: a reader finds one or the other whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new.npz")
        np.savez_compressed(fresh, weights=self.weights, intercept=np.float64(self.intercept))
        fresh.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Model | None":
        """The model kept there; None when there is none, or it is of another size."""
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as kept:
            weights, intercept = kept["weights"], float(kept["intercept"])
        return cls(weights, intercept) if weights.shape == (_FEATURES,) else None


@dataclass(frozen=True)
class Quality:
    """How well models of the same kind did on texts they had not read (five-fold cross-validation)."""

    examples: int
    political_share: float
    accuracy: float
    auc: float


class TooFewExamplesError(ValueError):
    """Not enough texts, or not enough of one of the two kinds."""


def train(texts: Sequence[str], is_political: Sequence[bool]) -> tuple[Model, Quality]:
    """Learn from texts and what they were found to be.

    Raises TooFewExamplesError below 40 texts, or 10 of either kind.
    """
    from sklearn.metrics import roc_auc_score  # slow to load: no start waits for it
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    truth = np.array(is_political, dtype=bool)
    if len(truth) < LEAST_EXAMPLES or min(truth.sum(), (~truth).sum()) < LEAST_OF_EACH:
        raise TooFewExamplesError(f"{truth.sum()} political of {len(truth)}")
    pieces = _pieces(texts)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    guessed = cross_val_predict(_classifier(), pieces, truth, cv=folds, method="decision_function")
    fitted = _classifier().fit(pieces, truth)
    quality = Quality(
        examples=len(truth),
        political_share=float(truth.mean()),
        accuracy=float(((guessed > 0) == truth).mean()),
        auc=float(roc_auc_score(truth, guessed)),
    )
    return Model(fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])), quality


def _pieces(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer  # as above

    # Two to five letters, within words: needs no dictionary, and carries over from one language to its neighbours.
    vectorizer = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=_FEATURES, alternate_sign=False, dtype=np.float32
    )
    return vectorizer.transform([text[:_LONGEST_TEXT] for text in texts])


def _classifier() -> Any:
    from sklearn.linear_model import SGDClassifier  # as above

    return SGDClassifier(loss="log_loss", alpha=1e-5, class_weight="balanced", random_state=0)
