"""The Parquet file of a collection: one row a share, each once, in one order and so the same bytes."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from botdetect.coordination.events import Columns, Events, from_table
from botdetect.formats import Post

SCHEMA = pa.schema(
    [
        ("kind", pa.dictionary(pa.int32(), pa.string())),
        ("object", pa.string()),
        ("account", pa.string()),
        ("content", pa.string()),
        ("time", pa.float64()),
    ]
)
COLUMNS = Columns("object", "account", "content", "time")
_ORDER = [(name, "ascending") for name in ("kind", "object", "time", "account", "content")]


def table_of(posts: Iterable[Post]) -> pa.Table:
    """The shares of these posts."""
    rows = [
        (kind, name, post.account, post.content, post.time) for post in posts for kind, name in post.objects
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    types = [pa.string(), pa.string(), pa.string(), pa.string(), pa.float64()]
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)], names=SCHEMA.names
    )


def add(path: Path, tables: Sequence[pa.Table], *, without: Iterable[str] = ()) -> pa.Table:
    """Add shares to the file, each once, and leave out those of the accounts `without`; gives all that is in it now.

    The new file takes the old one's place in one step: a process killed on the way leaves the old one.
    """
    known = [read(path)] if path.exists() else []
    plain = [table.set_column(0, "kind", table["kind"].cast(pa.string())) for table in [*known, *tables]]
    table = pa.concat_tables(plain) if plain else table_of([])
    unwanted = pa.array(sorted(without), pa.string())
    # Of a follow, the object is an account too.
    is_followed = pc.and_(pc.equal(table["kind"], "follow"), pc.is_in(table["object"], unwanted))
    table = table.filter(pc.invert(pc.or_(pc.is_in(table["account"], unwanted), is_followed)))
    table = table.group_by(SCHEMA.names, use_threads=False).aggregate([]).sort_by(_ORDER)
    table = table.set_column(0, "kind", pc.dictionary_encode(table["kind"])).combine_chunks()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    pa.parquet.write_table(table, draft, compression="zstd")
    os.replace(draft, path)  # noqa: PTH105 (pathlib's rename says less of what happens to the file in place)
    return table


def read(path: Path) -> pa.Table:
    """All that is in the file."""
    return pa.parquet.read_table(path)


def events_of(path: Path, kind: str, *, without: Iterable[str] = ()) -> Events:
    """The shares of one kind of trace, without those of some accounts, ready for the engine."""
    columns = ["object", "account", "content", "time"]
    table = pa.parquet.read_table(path, columns=columns, filters=[("kind", "=", kind)])
    unwanted = pa.array(sorted(without), pa.string())
    return from_table(table.filter(pc.invert(pc.is_in(table["account"], unwanted))), COLUMNS)


def shares_of(path: Path, kind: str, accounts: Sequence[str]) -> list[dict[str, object]]:
    """Every share of one kind by these accounts, by object, then time."""
    filters = [("kind", "=", kind), ("account", "in", list(accounts))]
    rows = pa.parquet.read_table(path, filters=filters, columns=["object", "account", "content", "time"])
    return list(rows.to_pylist())


def kinds_of(table: pa.Table) -> dict[str, int]:
    """How many shares there are of each kind."""
    counted = pc.value_counts(table["kind"].cast(pa.string())).to_pylist()
    return {row["values"]: row["counts"] for row in sorted(counted, key=lambda row: -row["counts"])}


def span_of(table: pa.Table) -> tuple[float, float]:
    """The first and the last moment."""
    times = np.asarray(table["time"].to_numpy())
    return float(times.min()), float(times.max())
