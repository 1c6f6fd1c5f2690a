"""What a run leaves: edges.csv, accounts.csv, clusters.csv and report.json. The same input gives the same bytes."""

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from botdetect.coordination.detection import Network, Parameters
from botdetect.coordination.events import Events
from botdetect.coordination.likeness import cosines

VERSION = "1"
"""Changes with anything that changes results."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, events: Events, network: Network, report: dict[str, Any]) -> None:
    """Write the three lists and the report into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    edges = network.edges
    write_csv(
        folder / "edges.csv",
        ("a", "b", "weight", "objects", "lambda", "p", "q", "cosine", "fast"),
        zip(
            events.account_names(edges.a),
            events.account_names(edges.b),
            edges.shares.tolist(),
            edges.objects.tolist(),
            *(map(_short, values.tolist()) for values in (network.expected, network.p, network.q)),
            map(_short, cosines(events, edges).tolist()),
            network.fast.tolist(),
            strict=True,
        ),
    )
    names = events.account_names(network.accounts)
    write_csv(
        folder / "accounts.csv",
        ("account", "cluster", "core"),
        zip(names, network.cluster.tolist(), network.core.tolist(), strict=True),
    )
    write_csv(
        folder / "clusters.csv", ("cluster", "accounts", "edges", "objects", "largest_q"), clusters(network)
    )
    text = json.dumps(report, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")


def clusters(network: Network) -> list[tuple[int, int, int, int, str]]:
    """Each cluster: number, accounts, edges inside it, most objects of one edge, largest q of its edges."""
    count = int(network.cluster.max(initial=-1)) + 1
    place = (
        np.searchsorted(network.accounts, network.edges.a),
        np.searchsorted(network.accounts, network.edges.b),
    )
    one, other = network.cluster[place[0]], network.cluster[place[1]]
    inside = one == other
    sizes = np.bincount(network.cluster, minlength=count)
    edges = np.bincount(one[inside], minlength=count)
    objects, largest = np.zeros(count, np.int64), np.zeros(count)
    np.maximum.at(objects, one[inside], network.edges.objects[inside])
    np.maximum.at(largest, one[inside], network.q[inside])
    columns = (range(count), sizes.tolist(), edges.tolist(), objects.tolist(), map(_short, largest.tolist()))
    return list(zip(*columns, strict=True))


def summary(network: Network, parameters: Parameters, *, input_hash: str) -> dict[str, Any]:
    """What the report says of a network, whatever machine it was found on."""
    return {
        "version": VERSION,
        "mode": "corrected",
        "input_sha256": input_hash,
        "parameters": {name: value for name, value in asdict(parameters).items() if name != "memory"},
        "counts": {
            **network.counts,
            "core_edges": len(network.edges),
            "core_accounts": len(network.accounts),
            "clusters": int(network.cluster.max(initial=-1)) + 1,
        },
        "shuffled_significant": list(network.shuffled),
        "chance_by_size_class": [round(float(chance), 9) for chance in network.chance],
        "capped_objects": [
            {"object": name, "shares": shares, "pairs": pairs} for name, shares, pairs in network.capped
        ],
    }


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _short(value: float) -> str:
    return f"{value:.6g}"
