"""What is rising: objects that many more accounts share in the last hour than in the hours before. Pure."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

HOUR = 3600.0
HOURS_BEFORE = 24
SECONDS = (HOURS_BEFORE + 1) * HOUR
"""How far back is looked."""
LEAST_ACCOUNTS = 10
LEAST_RATIO = 3.0
_MOST = 20


@dataclass(frozen=True)
class Rising:
    """An object: how many accounts shared it in the last hour, and how many an hour did in the day before."""

    kind: str
    object: str
    accounts: int
    before: float


def rising(table: pa.Table, *, now: float) -> list[Rising]:
    """What rises, most accounts first, twenty at most.

    Args:
        table: shares with columns kind, object, account and time (seconds since 1970, as `now`).
        now: the end of the last hour.

    At least 10 accounts, each counted once an hour, and three times as many as in an hour of the day before.
    """
    hours = pc.floor(pc.divide(pc.subtract(now, table["time"]), HOUR))
    table = table.append_column("hour", hours)
    table = table.filter(pc.and_(pc.greater_equal(hours, 0), pc.less_equal(hours, HOURS_BEFORE)))
    by_hour = table.group_by(["kind", "object", "hour"]).aggregate([("account", "count_distinct")])
    last: dict[tuple[str, str], int] = {}
    before: dict[tuple[str, str], int] = {}
    for row in by_hour.to_pylist():
        key = (row["kind"], row["object"])
        counts = last if row["hour"] == 0 else before
        counts[key] = counts.get(key, 0) + row["account_count_distinct"]
    found = [
        Rising(*key, accounts, before.get(key, 0) / HOURS_BEFORE)
        for key, accounts in last.items()
        if accounts >= LEAST_ACCOUNTS and accounts >= LEAST_RATIO * before.get(key, 0) / HOURS_BEFORE
    ]
    return sorted(found, key=lambda each: (-each.accounts, each.kind, each.object))[:_MOST]
