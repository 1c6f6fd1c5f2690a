"""The compatible modes give the reference programs' results, and the corrected mode differs as documented."""

import csv
import gzip
from collections import Counter

import numpy as np
import pytest

from botdetect.coordination.compatible import coortweet, toolkit
from botdetect.coordination.detection import Parameters, detect
from botdetect.coordination.events import from_rows, load
from tests.shared_data import need_shared_data

HAND = [
    ("o1", "A", "a1", 0),
    ("o1", "A", "a2", 1),
    ("o1", "B", "b1", 2),
    ("o1", "A", "a3", 3),
    ("o2", "A", "a4", 100),
    ("o2", "B", "b2", 101),
    ("o2", "C", "c1", 102),
    ("o3", "C", "c2", 200),
    ("o3", "A", "a5", 201),
]


def test_coortweet_faults_are_kept_in_its_own_mode():
    found = coortweet(from_rows(HAND), window=10, min_participation=1)
    rows = zip(
        found.a, found.b, found.weight, found.n_content_id, found.n_content_id_y, found.symmetry, strict=True
    )
    assert [tuple(map(float, row)) for row in rows] == [
        (0, 1, 4, 4, 3, 0.75),
        (0, 2, 2, 2, 2, 1),
        (1, 2, 1, 1, 1, 1),
    ]


def test_the_corrected_mode_counts_objects_where_coortweet_counts_pairs_of_shares():
    network = detect(
        from_rows(HAND), Parameters(window=10, min_participation=1, min_objects=1, fdr=1, core=1)
    )
    edges = network.edges
    assert list(zip(edges.shares.tolist(), edges.objects.tolist(), strict=True)) == [(4, 2), (2, 2), (1, 1)]


@pytest.mark.data
@pytest.mark.parametrize(("window", "least"), [(10, 2), (60, 2), (60, 5), (300, 2)])
def test_coortweet_results_are_identical(window, least):
    folder = need_shared_data("bots/coortweet")
    events = load(folder / "russian_coord_tweets.csv")
    found, names = coortweet(events, window=window, min_participation=least), events.accounts.to_pylist()
    columns = (
        found.weight,
        found.delay,
        found.n_content_id,
        found.n_content_id_y,
        found.symmetry,
        found.is_above,
    )
    ours = {
        frozenset((names[a], names[b])): [float(value) for value in values]
        for a, b, *values in zip(found.a, found.b, *columns, strict=True)
    }
    wanted = (
        "weight",
        "avg_time_delta",
        "n_content_id",
        "n_content_id_y",
        "edge_symmetry_score",
        "weight_threshold",
    )
    with gzip.open(folder / f"russian_tw{window}_mp{least}_p0.5_edges.csv.gz", "rt") as file:
        theirs = {
            frozenset((row["from"], row["to"])): [float(row[name]) for name in wanted]
            for row in csv.DictReader(file)
        }
    assert ours.keys() == theirs.keys()
    assert np.allclose([ours[edge] for edge in theirs], list(theirs.values()), rtol=0, atol=1e-9)


@pytest.mark.data
def test_coortweet_keeps_accounts_that_took_part_too_seldom_and_the_corrected_mode_does_not():
    events = load(need_shared_data("bots/coortweet/russian_coord_tweets.csv"))
    found = coortweet(events, window=60, min_participation=5)
    corrected = detect(
        events, Parameters(window=60, min_participation=5, min_objects=1, fdr=1, core=1, shuffles=0)
    )
    assert len(np.union1d(found.a, found.b)) == 772
    assert corrected.counts["edges"] < len(found.a)
    assert len(corrected.accounts) <= 772 - 608


@pytest.mark.data
def test_coortweet_fast_network_has_the_recorded_size():
    events = load(need_shared_data("bots/coortweet/russian_coord_tweets.csv"))
    found = coortweet(events, window=60, min_participation=2, fast=10)
    assert (len(found.a), int(found.is_above.sum())) == (3721, 60)


def edges_of(name):
    with need_shared_data(f"bots/toolkit/{name}.csv").open(encoding="utf-8-sig") as file:
        return {(row["user_1"], row["user_2"]): int(row["weight"]) for row in csv.DictReader(file)}


def as_toolkit(rows, window, weight=1, *, loops=False):
    events = from_rows(rows)
    found, names = toolkit(events, window=window, min_weight=weight, loops=loops), events.accounts.to_pylist()
    edges = zip(found.one, found.other, found.weight, strict=True)
    return {(names[one], names[other]): int(value) for one, other, value in edges}


def messages(name="cnt_sample_data"):
    with need_shared_data(f"bots/toolkit/{name}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def shared_by(rows, objects):
    return [
        (value, row["user_id"], row["message_id"], float(row["timestamp"]))
        for row in rows
        for value in objects(row)
    ]


NETWORKS = {
    "co_retweet": lambda row: [row["repost_id"]] if row["repost_id"] else [],
    "co_reply": lambda row: [row["reply_id"]] if row["reply_id"] else [],
    "co_tweet": lambda row: [] if row["repost_id"] else [row["message"]],
    # Its own format is a list of addresses with spaces between; of this file it reads words of Python lists.
    "co_link": lambda row: [] if row["repost_id"] else sorted(set(row["urls"].split())),
    "co_post": lambda _row: ["any"],
}


@pytest.mark.data
@pytest.mark.parametrize("network", NETWORKS)
def test_toolkit_sample_networks_are_identical(network):
    assert as_toolkit(shared_by(messages(), NETWORKS[network]), 60) == edges_of(f"sample_{network}_tw60_w1")


@pytest.mark.data
@pytest.mark.parametrize(("window", "weight"), [(10, 1), (60, 1), (60, 2)])
def test_toolkit_results_on_real_reposts_are_identical(window, weight):
    with need_shared_data("bots/coortweet/russian_coord_tweets.csv").open(encoding="utf-8") as file:
        first = {row["content_id"]: row for row in reversed(list(csv.DictReader(file)))}
    rows = [
        (row["object_id"], row["account_id"], row["content_id"], float(row["timestamp_share"]))
        for row in first.values()
    ]
    assert as_toolkit(rows, window, weight) == edges_of(f"russian_co_retweet_tw{window}_w{weight}")


@pytest.mark.data
@pytest.mark.parametrize(
    ("window", "weight", "loops", "nodes"),
    [
        (1, 1, False, 2),
        (1, 1, True, 3),
        (1, 2, False, 0),
        (1, 2, True, 1),
        (60, 1, False, 6),
        (60, 1, True, 7),
    ],
)
def test_toolkit_own_test_has_the_same_number_of_accounts(window, weight, loops, nodes):
    rows = shared_by(messages("coretweet_test_input"), NETWORKS["co_retweet"])
    found = as_toolkit(rows, window, weight, loops=loops)
    assert len({name for edge in found for name in edge}) == nodes


@pytest.mark.data
def test_similar_messages_have_the_toolkit_network():
    """Jaccard likeness of words of 0.9 or more among originals: made here pair by pair, as the toolkit does."""
    rows = [row for row in messages() if not row["repost_id"]]
    found = Counter()
    for one in rows:
        alike = {
            other["user_id"]
            for other in rows
            if other["user_id"] != one["user_id"]
            and set(one["message"].split()) == set(other["message"].split())
        }
        found.update((one["user_id"], other) for other in alike)
    assert found == edges_of("sample_co_similar_tweet_tw60_w1")
