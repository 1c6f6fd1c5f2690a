"""Share events: who shared what, in which post, when. Names become small numbers once, on the way in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet
from numpy.typing import NDArray

from botdetect.coordination import EventsError

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

_MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Columns:
    """What the columns of a file are called: the defaults are CooRTweet's."""

    object: str = "object_id"
    account: str = "account_id"
    content: str = "content_id"
    time: str = "timestamp_share"

    def names(self) -> tuple[str, str, str, str]:
        """The four names in the order of the fields."""
        return self.object, self.account, self.content, self.time


@dataclass(frozen=True)
class Events:
    """Share events as parallel columns of numbers.

    object, account, content: codes (int32); time: int64 in ticks, `ticks` of which make a second.
    objects, accounts, contents: the name of each code, as Arrow strings in the order of the alphabet.
    """

    object: Ints
    account: Ints
    content: Ints | None
    time: Longs
    objects: pa.Array
    accounts: pa.Array
    contents: pa.Array | None = None
    ticks: int = 1

    def __len__(self) -> int:
        return len(self.time)

    def where(self, chosen: NDArray[np.bool_]) -> "Events":
        """Those for which `chosen` is true; the codes stay what they were."""
        content = None if self.content is None else self.content[chosen]
        return replace(
            self,
            object=self.object[chosen],
            account=self.account[chosen],
            content=content,
            time=self.time[chosen],
        )

    def account_names(self, codes: Ints) -> list[str]:
        """The names behind these codes of accounts."""
        return list(self.accounts.take(pa.array(codes)).to_pylist())

    def object_names(self, codes: Ints) -> list[str]:
        """The names behind these codes of objects."""
        return list(self.objects.take(pa.array(codes)).to_pylist())


def from_codes(object_: Ints, account: Ints, time: Longs) -> Events:
    """Events whose names are their own numbers, as a generator of test data gives them."""
    return Events(
        object=object_.astype(np.int32),
        account=account.astype(np.int32),
        content=None,
        time=time.astype(np.int64),
        objects=_numbers_as_names(object_),
        accounts=_numbers_as_names(account),
    )


def _numbers_as_names(codes: Ints) -> pa.Array:
    return pa.array(np.arange(int(codes.max(initial=-1)) + 1)).cast(pa.string())


def from_rows(rows: Iterable[Sequence[Any]]) -> Events:
    """Events from (object, account, content, time) tuples."""
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    names = Columns().names()
    table = pa.table(
        {
            **{
                name: pa.array([str(value) for value in column], pa.string())
                for name, column in zip(names[:3], columns[:3], strict=True)
            },
            names[3]: pa.array(columns[3], pa.float64()),
        }
    )
    return from_table(table)


def load(path: Path, columns: Columns | None = None) -> Events:
    """Events of a .csv, .csv.gz, .parquet or .jsonl file. Identifiers stay text: 19 digits survive.

    Raises EventsError for another ending, a missing column, or a time that is none.
    """
    columns = columns or Columns()
    try:
        table = _read(path, columns)
    except (pa.ArrowException, OSError) as error:
        raise EventsError(f"{path.name} cannot be read: {error}") from error
    return from_table(table, columns)


def _read(path: Path, columns: Columns) -> pa.Table:
    wanted = list(columns.names())
    if path.name.endswith(".parquet"):
        present = set(pa.parquet.read_schema(path).names)
        return pa.parquet.read_table(path, columns=[name for name in wanted if name in present])
    if path.name.endswith((".csv", ".csv.gz")):
        types = dict.fromkeys(wanted, pa.string())
        options = pa.csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
        parse = pa.csv.ParseOptions(newlines_in_values=True)
        return pa.csv.read_csv(path, convert_options=options, parse_options=parse)
    if path.name.endswith((".jsonl", ".ndjson")):
        return pa.json.read_json(path)
    raise EventsError(f"{path.name}: give a .csv, .csv.gz, .parquet or .jsonl file")


def from_table(table: pa.Table, columns: Columns | None = None) -> Events:
    """Events from an Arrow table; rows that lack an object, an account or a time are left out.

    Raises EventsError when a column is missing or its times are no times.
    """
    columns = columns or Columns()
    missing = [
        name for name in (columns.object, columns.account, columns.time) if name not in table.column_names
    ]
    if missing:
        raise EventsError(
            f"no column {', '.join(missing)} among {', '.join(table.column_names)}: name them by options"
        )
    has_content = columns.content in table.column_names
    names = [columns.object, columns.account, columns.time, *([columns.content] if has_content else [])]
    table = table.select(names).drop_null()
    time, ticks = _ticks(table[columns.time])
    object_, objects = _encoded(table[columns.object])
    account, accounts = _encoded(table[columns.account])
    content, contents = _encoded(table[columns.content]) if has_content else (None, None)
    return Events(object_, account, content, time, objects, accounts, contents, ticks)


def _encoded(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Each name as its place in the alphabet, so that codes never depend on the order of rows."""
    encoded = pc.dictionary_encode(column.cast(pa.large_string())).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    order = pc.sort_indices(encoded.dictionary)
    place = np.empty(len(order), np.int32)
    place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    return place[encoded.indices.to_numpy(zero_copy_only=False)], encoded.dictionary.take(order)


def _ticks(column: pa.ChunkedArray) -> tuple[Longs, int]:
    """Times as whole seconds, or as microseconds when one of them is not whole."""
    try:
        seconds = _as_numbers(column)
    except pa.ArrowInvalid as error:
        raise EventsError(f"a time is neither seconds since 1970 nor an ISO 8601 date: {error}") from error
    if seconds.dtype.kind == "i":
        return seconds.astype(np.int64), 1
    if not np.isfinite(seconds).all():
        raise EventsError("a time is not finite")
    whole = seconds.astype(np.int64)
    if (whole == seconds).all():
        return whole, 1
    return np.round(seconds * _MICROSECONDS).astype(np.int64), _MICROSECONDS


def _as_numbers(column: pa.ChunkedArray) -> NDArray[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return np.asarray(column.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy() / _MICROSECONDS)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return np.asarray(column.to_numpy())
    text = column.cast(pa.string())
    try:
        return np.asarray(text.cast(pa.float64()).to_numpy())
    except pa.ArrowInvalid:
        instants = text.cast(pa.timestamp("us", "UTC"))
        return np.asarray(instants.cast(pa.int64()).to_numpy() / _MICROSECONDS)
