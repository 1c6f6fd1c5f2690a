"""The profile classifier of this portal: trained from a labelled file, shown as one signal, never a verdict."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from botdetect.formats import read_rows
from botdetect.models import Account, Collection
from botdetect.values import RowError, moment
from disinfo.accounts import audit

# What is heavy is imported where it is used: a web process that never asks for it does not carry it.
if TYPE_CHECKING:
    from botdetect.classifier import Forest

logger = logging.getLogger(__name__)

_COUNTS = ("followers", "friends", "statuses")
_DATES = ("created_at", "collected_at")
LABELLED = (*_DATES, *_COUNTS, "screen_name", "source", "bot")
"""The columns of a labelled file: `source` names the set, `bot` is 1 or 0."""
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True)
class Signal:
    """What the classifier says of some accounts: how many it knows, would flag and refuses, beside its own limits."""

    scored: int
    flagged: int
    refused: int
    median: float | None
    sets: list[dict[str, Any]]
    panel: list[dict[str, float]]


def path_of_classifier() -> Path:
    """Where the classifier is kept."""
    return Path(settings.MEDIA_ROOT) / "botdetect" / "classifier.npz"


def train_from(*, path: Path) -> "Forest":
    """Train a classifier from a labelled CSV, Parquet or JSON file and put it in the place of the one there was.

    Raises RowError naming the row that cannot be read, ClassifierError when the profiles do not suffice.
    """
    from botdetect.classifier import ClassifierError, train

    columns: dict[str, list[Any]] = {name: [] for name in LABELLED}
    for number, row in enumerate(read_rows(path), 1):
        try:
            values = _labelled(row)
        except (RowError, KeyError, ValueError) as error:
            raise RowError(f"row {number}: {error}") from error
        for name, value in zip(LABELLED, values, strict=True):
            columns[name].append(value)
    if not columns["bot"]:
        raise ClassifierError("the file holds no profile")
    labels, sets = columns.pop("bot"), columns.pop("source")
    forest = train(columns, labels, sets)
    forest.save(path_of_classifier())
    audit.record("bots.classifier_trained", actor=None, figures=dict(forest.figures))
    return forest


def _labelled(row: Any) -> list[Any]:
    missing = [name for name in LABELLED if name not in row]
    if missing:
        raise RowError(f"no column {', '.join(missing)}")
    label = _TRUTHS.get(str(row["bot"]).strip().lower())
    if label is None:
        raise RowError(f"bot is {row['bot']!r}: give 1 or 0")
    dates = [None if row[name] in (None, "") else moment(row[name]) for name in _DATES]
    counts = [None if row[name] in (None, "") else float(row[name]) for name in _COUNTS]
    return [*dates, *counts, row["screen_name"] or None, str(row["source"]), label]


def signal_of(accounts: Iterable[Account]) -> Signal | None:
    """The classifier's signal for these profiles; None when no classifier was trained or there is no profile."""
    found = [account for account in accounts if account.collected_at]
    forest = _kept()
    if forest is None or not found:
        return None
    import numpy as np

    from botdetect.classifier import THRESHOLD

    scores = forest.score(columns_of(found))
    known = scores[~np.isnan(scores)]
    return Signal(
        scored=len(known),
        flagged=int((known > THRESHOLD).sum()),
        refused=len(found) - len(known),
        median=float(np.median(known)) if len(known) else None,
        sets=list(forest.figures["sets"]),
        panel=forest.panel(),
    )


def scores_of(accounts: Iterable[Account]) -> dict[str, float]:
    """How like the labelled profiles each of these is, 0 to 1, by name; those the classifier refuses are left out."""
    found = [account for account in accounts if account.collected_at]
    forest = _kept()
    if forest is None or not found:
        return {}
    scores = forest.score(columns_of(found)).tolist()
    return {account.name: score for account, score in zip(found, scores, strict=True) if not isnan(score)}


def columns_of(accounts: Iterable[Account]) -> dict[str, list[Any]]:
    """These profiles as the columns that features and classifier read; what is not known is None."""
    found = list(accounts)
    dates = {
        name: [at.timestamp() if (at := getattr(account, name)) else None for account in found]
        for name in _DATES
    }
    counts = {name: [getattr(account, name) for account in found] for name in _COUNTS}
    return dates | counts | {"screen_name": [account.handle or None for account in found]}


def draw_map(*, collection: Collection) -> None:
    """Compute and keep the map of a collection's profiles; none when it holds too few."""
    from botdetect.profilemap import map_of

    accounts = collection.accounts.exclude(created_at=None, followers=None, friends=None, statuses=None)
    drawn = map_of(columns_of(accounts.order_by("name").iterator()))
    collection.profile_map = drawn | {"at": timezone.now().isoformat()} if drawn else {}
    collection.save(update_fields=["profile_map"])


def _kept() -> "Forest | None":
    path = path_of_classifier()
    if not path.exists():
        return None
    from botdetect.classifier import ClassifierError

    try:
        return _loaded(path, path.stat().st_mtime_ns)
    except ClassifierError:
        # A damaged file costs the signal, not the page.
        logger.exception("the profile classifier cannot be read: train it again")
        return None


@lru_cache(maxsize=1)
def _loaded(path: Path, _written_at: int) -> "Forest":
    from botdetect.classifier import load

    return load(path)
