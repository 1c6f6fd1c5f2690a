"""Whether a look at a library saw all of it. Only then may an ad that was not seen count as gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

WINDOW = 14
"""How many complete snapshots a new one is measured against."""
LEAST_HISTORY = 5
SIGMAS = 3.0
LEAST_ANSWERING = 0.97
# The usual spread of a library that hardly changes would be zero: a hundredth of its size is never alarming.
_LEAST_SPREAD = 0.01
_MAD_TO_SIGMA = 1.4826  # of a normal distribution
_MOST_GROWTH = 2.0


class Status(StrEnum):
    """What a snapshot is good for."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    QUARANTINED = "quarantined"


class Reason(StrEnum):
    """Why a snapshot is not complete."""

    NOT_WALKED = "not_walked"
    EMPTY = "empty"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    ADVERTISERS_SILENT = "advertisers_silent"
    ROWS_REFUSED = "rows_refused"


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to judge a snapshot by.

    Attributes:
        count: ads (or, of totals, ads announced) that were seen.
        earlier: the counts of the last complete snapshots, oldest first; the last WINDOW are used.
        answering: share (0 to 1) of the advertisers of the last complete snapshot that were seen; None if unknown.
        is_walked: whether every page or row was read to the end.
        refused: rows left out.
    """

    count: int
    earlier: Sequence[int] = ()
    answering: float | None = None
    is_walked: bool = True
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a snapshot is, and why it is not complete."""

    status: Status
    reasons: tuple[Reason, ...] = ()


def judge(seen: Seen) -> Verdict:
    """Complete, partial (reading was cut short) or quarantined (read to its end, but not believable)."""
    if not seen.is_walked:
        return Verdict(Status.PARTIAL, (Reason.NOT_WALKED,))
    reasons = tuple(reason for reason, applies in _doubts(seen) if applies)
    return Verdict(Status.QUARANTINED if reasons else Status.COMPLETE, reasons)


def _doubts(seen: Seen) -> list[tuple[Reason, bool]]:
    low, high = bounds(seen.earlier)
    return [
        (Reason.EMPTY, seen.count == 0),
        (Reason.TOO_FEW, seen.count < low),
        (Reason.TOO_MANY, seen.count > high),
        (Reason.ADVERTISERS_SILENT, seen.answering is not None and seen.answering < LEAST_ANSWERING),
        (Reason.ROWS_REFUSED, seen.refused > 0.01 * (seen.count + seen.refused)),
    ]


def bounds(earlier: Sequence[int]) -> tuple[float, float]:
    """The counts between which a snapshot is believable, by the last complete ones.

    Below: the median less SIGMAS times its robust spread (median absolute deviation). Above: only a jump to more than
    double, since a library that grows in a campaign is not incomplete. Without LEAST_HISTORY there are no bounds.
    """
    last = list(earlier)[-WINDOW:]
    if len(last) < LEAST_HISTORY:
        return 0.0, float("inf")
    middle = median(last)
    spread = _MAD_TO_SIGMA * median(abs(count - middle) for count in last)
    low = middle - SIGMAS * max(spread, _LEAST_SPREAD * middle)
    return low, max(_MOST_GROWTH * middle, max(last) + SIGMAS * spread)
