"""A network into rows: COPY on PostgreSQL, big inserts on SQLite; all or nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from django.db import connection, models, transaction

from botdetect.coordination.detection import Network
from botdetect.coordination.events import Events
from botdetect.coordination.report import clusters as clusters_of
from botdetect.models import Cluster, Edge, Member, Run

_ROWS_AT_ONCE = 100_000
_AUDIT_SAMPLE = 100


@transaction.atomic
def store(*, run: Run, events: Events, network: Network) -> None:
    """Put the run's clusters, members and edges in place of what it had."""
    for model in (Edge, Member, Cluster):
        model._default_manager.filter(run=run).delete()
    made = Cluster.objects.bulk_create(
        [
            Cluster(
                run=run,
                number=number,
                accounts_count=accounts,
                edges_count=edges,
                most_objects=objects,
                largest_q=float(largest),
            )
            for number, accounts, edges, objects, largest in clusters_of(network)
        ],
        batch_size=1000,
    )
    keys = np.array([cluster.pk for cluster in made], np.int64)
    _store_members(run, events, network, keys)
    _store_edges(run, network, keys)


def _store_members(run: Run, events: Events, network: Network, keys: "np.ndarray[Any, Any]") -> None:
    count = len(network.accounts)
    places = [np.searchsorted(network.accounts, ends) for ends in (network.edges.a, network.edges.b)]
    degree = np.bincount(np.concatenate(places), minlength=count)
    seed = int(run.parameters.get("seed", 0))
    sampled = np.zeros(count, np.bool_)
    sampled[np.random.default_rng(seed).permutation(count)[:_AUDIT_SAMPLE]] = True
    columns = {
        "cluster_id": keys[network.cluster],
        "number": np.arange(count),
        "name": events.account_names(network.accounts),
        "core": network.core,
        "degree": degree,
        "is_sampled": sampled,
    }
    insert(Member, pa.table(columns), run_id=run.pk)


def _store_edges(run: Run, network: Network, keys: "np.ndarray[Any, Any]") -> None:
    edges = network.edges
    a, b = (np.searchsorted(network.accounts, ends) for ends in (edges.a, edges.b))
    one, other = network.cluster[a], network.cluster[b]
    inside = np.where(one == other, keys[one] if len(keys) else 0, -1)
    # Cluster by cluster: the index grows at its end only, and a page finds its edges side by side.
    order = np.argsort(inside, kind="stable")
    columns: dict[str, np.ndarray[Any, Any]] = {
        "a": a,
        "b": b,
        "shares": edges.shares,
        "objects_count": edges.objects,
        "fast": network.fast,
        "expected": network.expected,
        "p": network.p,
        "q": network.q,
    }
    table = pa.table({name: column[order] for name, column in columns.items()})
    cluster = pa.array(inside[order], mask=inside[order] < 0)
    insert(Edge, table.append_column("cluster_id", cluster), run_id=run.pk)


def insert(model: type[models.Model], table: pa.Table, *, run_id: int) -> None:
    """Insert the table's rows, each with this run, in the fastest way that the database has."""
    table = table.append_column("run_id", pa.repeat(run_id, len(table)))
    columns = ", ".join(connection.ops.quote_name(name) for name in table.column_names)
    into = f"{connection.ops.quote_name(model._meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor.cursor, f"COPY {into} FROM STDIN (FORMAT csv)", table)
            return
        marks = ", ".join("?" * table.num_columns)
        # SQLite's own executemany: Django's would rewrite each row's placeholders.
        statement = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 (names of our own columns)
        connection.connection.executemany(statement, _rows(table))


def _rows(table: pa.Table) -> Iterable[Sequence[Any]]:
    for batch in table.to_batches(_ROWS_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _copy(cursor: Any, statement: str, table: pa.Table) -> None:
    options = pyarrow.csv.WriteOptions(include_header=False)
    with cursor.copy(statement) as copy:
        for batch in table.to_batches(_ROWS_AT_ONCE):
            text = pa.BufferOutputStream()
            pyarrow.csv.write_csv(batch, text, options)
            copy.write(text.getvalue())
