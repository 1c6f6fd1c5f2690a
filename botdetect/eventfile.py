"""The Parquet file of a collection: one row a share, each once, in one order and so the same bytes."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from botdetect.coordination.events import Columns, Events, from_table
from botdetect.derived import DERIVED, creations, follow_sets, similar_texts
from botdetect.formats import Mapping_, Post, guess, read_rows, reader_of
from botdetect.values import RowError

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
    return _table(
        [(kind, name, post.account, post.content, post.time) for post in posts for kind, name in post.objects]
    )


def _table(rows: Sequence[tuple[str, str, str, str, float | None]]) -> pa.Table:
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
    plain = [_plain(table) for table in [*known, *tables]]
    table = pa.concat_tables(plain) if plain else table_of([])
    unwanted = pa.array(sorted(without), pa.string())
    # Of a follow, the object is an account too.
    is_followed = pc.and_(pc.equal(table["kind"], "follow"), pc.is_in(table["object"], unwanted))
    table = table.filter(pc.invert(pc.or_(pc.is_in(table["account"], unwanted), is_followed)))
    table = table.group_by(SCHEMA.names, use_threads=False).aggregate([])
    return _written(path, table)


def derive(path: Path, profiles: Iterable[tuple[str, str, float | None]]) -> pa.Table:
    """Make the derived traces of this file and of (account, handle, creation) anew, in a file beside it; gives them."""
    return _written(file_of(path, DERIVED[0]), _derived(_plain(read(path)), profiles))


def _derived(table: pa.Table, profiles: Iterable[tuple[str, str, float | None]]) -> pa.Table:
    rows = _table([*follow_sets(table), *creations(profiles)])
    return pa.concat_tables([similar_texts(table), rows])


def _plain(table: pa.Table) -> pa.Table:
    """The table with its kinds as texts, as all tables must have them to be joined."""
    return table.set_column(0, "kind", table["kind"].cast(pa.string()))


def shares_in(path: Path, mapping: Mapping_) -> tuple[pa.Table, int]:
    """Every share in a file of posts, derived traces too, and how many rows could not be read; no collection is made.

    mapping: which column is which, empty for a known format. Raises RowError for a file that is none of these.
    """
    kind = "mapped" if mapping else guess(list(next(read_rows(path), {})))
    if kind == "mapped" and not mapping:
        raise RowError("the columns are not those of a known format: say which is which")
    reader, posts, refused = reader_of(kind, mapping), [], 0
    for row in read_rows(path):
        try:
            posts.append(reader(row))
        except (RowError, KeyError, TypeError, AttributeError, ValueError):
            refused += 1
    profiles = {post.account: (post.profile.handle, post.profile.created_at) for post in posts}
    table = table_of(posts)
    known = ((name, handle, created) for name, (handle, created) in profiles.items())
    return pa.concat_tables([table, _derived(table, known)]), refused


def file_of(path: Path, kind: str) -> Path:
    """The file that holds the shares of this kind: that of the collection, or the one beside it for derived traces."""
    return path.with_name("derived.parquet") if kind in DERIVED else path


def _written(path: Path, table: pa.Table) -> pa.Table:
    table = table.sort_by(_ORDER)
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
    table = pa.parquet.read_table(file_of(path, kind), columns=columns, filters=[("kind", "=", kind)])
    unwanted = pa.array(sorted(without), pa.string())
    return from_table(table.filter(pc.invert(pc.is_in(table["account"], unwanted))), COLUMNS)


def events_in(table: pa.Table, kind: str) -> Events:
    """The shares of one kind in a table."""
    return from_table(table.filter(pc.equal(table["kind"], kind)), COLUMNS)


def shares_of(path: Path, kind: str, accounts: Sequence[str]) -> list[dict[str, object]]:
    """Every share of one kind by these accounts, by object, then time."""
    filters = [("kind", "=", kind), ("account", "in", list(accounts))]
    columns = ["object", "account", "content", "time"]
    rows = pa.parquet.read_table(file_of(path, kind), filters=filters, columns=columns)
    return list(rows.to_pylist())


def of_accounts(path: Path, accounts: Sequence[str]) -> pa.Table:
    """Every share by these accounts, derived ones too: kind, object, account, time."""
    files = [each for each in (path, file_of(path, DERIVED[0])) if each.exists()]
    filters = pc.field("account").isin(pa.array(accounts, pa.string()))
    columns = ["kind", "object", "account", "time"]
    tables = [pa.parquet.read_table(each, filters=filters, columns=columns) for each in files]
    return pa.concat_tables(_plain(table) for table in tables)


def kinds_of(table: pa.Table) -> dict[str, int]:
    """How many shares there are of each kind."""
    counted = pc.value_counts(table["kind"].cast(pa.string())).to_pylist()
    return {row["values"]: row["counts"] for row in sorted(counted, key=lambda row: -row["counts"])}


def span_of(table: pa.Table) -> tuple[float | None, float | None]:
    """The first and the last moment; None when none is known."""
    found = pc.min_max(table["time"]).as_py()
    return found["min"], found["max"]
