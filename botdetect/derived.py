"""Traces that no single post shows: texts alike, accounts that follow the same, bursts of creations.

They are made anew, of all that was collected, each time something is added: equal shares and profiles give equal rows.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from botdetect.minhash import similar_groups
from botdetect.traces import name_shape, shingles

if TYPE_CHECKING:
    import pyarrow as pa

DERIVED = ("similar", "followset", "creation")
"""Their names."""
GROUPS = ("followset", "creation")
"""Those whose objects are groups of accounts already, each account in one: no pair of accounts can be tested alone."""
GROUP_PARAMETERS: dict[str, Any] = {
    "window": 86_400,
    "min_participation": 1,
    "min_objects": 1,
    "fdr": 1,
    "shuffles": 0,
}
"""What a run over such a trace is made with: every pair of a group is an edge."""

MOST_TEXTS = 1_000_000
"""With more different texts, near-identical ones are not looked for: their words would fill the memory."""
_LEAST_FOLLOWED, _LEAST_GROUP = 5, 3
_LIKE_TEXTS, _LIKE_SETS = 0.8, 0.6
_BIN_SECONDS = 600

Row = tuple[str, str, str, str, float]
Ints = NDArray[np.int32]


def parameters_of(trace: str) -> dict[str, Any]:
    """What a run over this trace must be made with, if anything."""
    return dict(GROUP_PARAMETERS) if trace in GROUPS else {}


def similar_texts(table: "pa.Table") -> "pa.Table":
    """For each share of a text, one of its group of near-identical texts, named by the first of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = table.filter(pc.equal(table["kind"], "text"))
    encoded = pc.dictionary_encode(texts["object"]).combine_chunks()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    names = encoded.dictionary.to_pylist()
    if not 0 < len(names) <= MOST_TEXTS:
        return texts.slice(0, 0)
    groups = similar_groups([shingles(name) for name in names], least=_LIKE_TEXTS)
    first = _first_names(names, groups)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    of_row = pa.array(first, pa.string()).take(pa.array(groups[codes]))
    return texts.set_column(0, "kind", pa.repeat("similar", len(texts)).cast(pa.string())).set_column(
        1, "object", of_row
    )


def _first_names(names: Sequence[str], groups: Ints) -> list[str]:
    """The first name in the alphabet of each group."""
    first: dict[int, str] = {}
    for name, group in zip(names, groups.tolist(), strict=True):
        first[group] = min(name, first.get(group, name))
    return [first[group] for group in range(len(first))]


def follow_sets(table: "pa.Table") -> list[Row]:
    """Groups of accounts that follow nearly the same others, of whom few follow each; a row an account."""
    import pyarrow.compute as pc

    followed: dict[str, set[str]] = {}
    rows = table.filter(pc.equal(table["kind"], "follow"))
    for account, other in zip(rows["account"].to_pylist(), rows["object"].to_pylist(), strict=True):
        followed.setdefault(account, set()).add(other)
    names = sorted(name for name, others in followed.items() if len(others) >= _LEAST_FOLLOWED)
    if not names:
        return []
    # What one in five follows, or in a large collection more than a hundred and 0.2 %, tells nothing of any of them.
    most_share = min(0.2, max(0.002, 100 / len(names)))
    groups = similar_groups(
        [frozenset(followed[name]) for name in names], least=_LIKE_SETS, most_share=most_share
    )
    sizes = np.bincount(groups)
    first = _first_names(names, groups)
    return [
        ("followset", f"{sizes[group]} × {first[group]}", name, name, 0.0)
        for name, group in zip(names, groups.tolist(), strict=True)
        if sizes[group] >= _LEAST_GROUP
    ]


def creations(profiles: Iterable[tuple[str, str, float | None]]) -> list[Row]:
    """The accounts of each burst of creations; profiles: (account, handle, seconds since 1970 of its creation)."""
    from botdetect.clustering import creation_bursts

    known = sorted((name, handle, at) for name, handle, at in profiles if handle and at is not None)
    shapes = [name_shape(handle) for _name, handle, _at in known]
    bursts = creation_bursts([at for _name, _handle, at in known], shapes)
    start = _joined_bins([(burst.shape, burst.start) for burst in bursts])
    rows: list[Row] = []
    for (name, _handle, at), shape in zip(known, shapes, strict=True):
        begun = start.get((shape, int(at // _BIN_SECONDS) * _BIN_SECONDS))
        if begun is not None:
            label = f"{shape} · {datetime.fromtimestamp(begun, UTC):%Y-%m-%d %H:%M}"
            rows.append(("creation", label, name, name, at))
    return rows


def _joined_bins(bins: list[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Where the burst of each bin began: bins of one shape that follow each other are one burst."""
    begun: dict[tuple[str, int], int] = {}
    for shape, start in sorted(bins):
        begun[shape, start] = begun.get((shape, start - _BIN_SECONDS), start)
    return begun
