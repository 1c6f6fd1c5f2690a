"""The traces that a group of accounts has in common, kind by kind, counted side by side and never averaged."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from botdetect.derived import GROUPS

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Common:
    """What accounts have in common of one kind of trace.

    objects: those that at least two of them share; accounts: who shares one of these; close: how many of the objects
    two of them shared within the window of each other, None where the trace has no moment of sharing.
    """

    kind: str
    objects: int
    accounts: int
    close: int | None


def in_common(shares: "pa.Table", window: float) -> list[Common]:
    """What stands in these shares (kind, object, account, time), the kind with most objects first.

    window: seconds.
    """
    kinds = sorted(set(shares["kind"].to_pylist()))
    found = [_of_kind(shares, kind, window) for kind in kinds]
    return sorted((each for each in found if each.objects), key=lambda each: (-each.objects, each.kind))


def _of_kind(shares: "pa.Table", kind: str, window: float) -> Common:
    import pyarrow.compute as pc

    of_kind = shares.filter(pc.equal(shares["kind"], kind))
    object_, account = _codes(of_kind["object"]), _codes(of_kind["account"])
    width = int(account.max(initial=0)) + 1
    held = np.unique(object_ * width + account)
    several = np.bincount(held // width) > 1
    accounts = np.unique((held % width)[several[held // width]])
    close = None
    if kind not in GROUPS:
        times = of_kind["time"].to_numpy(zero_copy_only=False)
        close = _close(object_, account, np.asarray(times, np.float64), window)
    return Common(kind, int(several.sum()), len(accounts), close)


def _codes(column: Any) -> NDArray[np.int64]:
    return np.unique(column.to_numpy(zero_copy_only=False), return_inverse=True)[1].astype(np.int64)


def _close(
    object_: NDArray[np.int64], account: NDArray[np.int64], time: NDArray[np.float64], window: float
) -> int:
    """How many objects two accounts shared within the window: if any two did, so did two that follow each other."""
    order = np.lexsort((time, object_))
    object_, account, time = object_[order], account[order], time[order]
    near = (object_[1:] == object_[:-1]) & (account[1:] != account[:-1]) & (np.diff(time) <= window)
    return len(np.unique(object_[1:][near]))
