"""A network into rows: COPY on PostgreSQL, big inserts on SQLite; all or nothing."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection, models, transaction

from botdetect.coordination import Events, Network
from botdetect.coordination.report import clusters as clusters_of
from botdetect.models import Cluster, Edge, Member, Run

_ROWS_AT_ONCE = 50_000
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
    columns: Sequence[Iterable[Any]] = (
        keys[network.cluster].tolist(),
        range(count),
        events.account_names(network.accounts),
        network.core.tolist(),
        degree.tolist(),
        sampled.tolist(),
    )
    fields = ("cluster_id", "number", "name", "core", "degree", "is_sampled")
    insert(Member, fields, columns, run_id=run.pk)


def _store_edges(run: Run, network: Network, keys: "np.ndarray[Any, Any]") -> None:
    edges = network.edges
    a, b = (np.searchsorted(network.accounts, ends) for ends in (edges.a, edges.b))
    one, other = network.cluster[a], network.cluster[b]
    inside = np.where(one == other, keys[one] if len(keys) else 0, -1)
    # Cluster by cluster: the index grows at its end only, and a page finds its edges side by side.
    order = np.argsort(inside, kind="stable")
    numbers = (
        a,
        b,
        edges.shares,
        edges.objects,
        network.fast,
        network.expected,
        network.p,
        network.q,
    )
    columns: Sequence[Iterable[Any]] = (
        [key if key >= 0 else None for key in inside[order].tolist()],
        *(column[order].tolist() for column in numbers),
    )
    fields = ("cluster_id", "a", "b", "shares", "objects_count", "fast", "expected", "p", "q")
    insert(Edge, fields, columns, run_id=run.pk)


def insert(
    model: type[models.Model], fields: Sequence[str], columns: Sequence[Iterable[Any]], *, run_id: int
) -> None:
    """Insert rows given by column, each with this run, in the fastest way that the database has."""
    rows = ((run_id, *row) for row in zip(*columns, strict=True))
    names = ", ".join(connection.ops.quote_name(name) for name in ("run_id", *fields))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor.cursor, f"COPY {table} ({names}) FROM STDIN (FORMAT csv)", rows)
            return
        marks = ", ".join("?" * (len(fields) + 1))
        # SQLite's own executemany: Django's would rewrite each row's placeholders.
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (names of our own columns)
        connection.connection.executemany(statement, rows)


def _copy(cursor: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(statement) as copy:
        while batch := list(islice(rows, _ROWS_AT_ONCE)):
            text = io.StringIO()
            csv.writer(text).writerows(batch)
            copy.write(text.getvalue())
