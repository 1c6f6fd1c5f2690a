"""Who acts with whom: pairs, edges, significance, cores and communities."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botdetect.coordination import EventsError
from botdetect.coordination.detection import Parameters, detect, estimate
from botdetect.coordination.edges import tallied
from botdetect.coordination.events import Columns, from_rows, load
from botdetect.coordination.graph import Graph, communities, core_numbers
from botdetect.coordination.null import chance_of_meeting, q_values
from botdetect.coordination.pairs import Index
from tests.botdetect.planted import planted_events

SHARES = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from("abcde"), st.sampled_from(["p"]), st.integers(0, 300)),
    min_size=1,
    max_size=60,
)


def by_hand(rows, window):
    """Every pair compared with every other: what the sorted search must give."""
    pairs, objects = {}, {}
    for one, other in combinations(rows, 2):
        if one[0] == other[0] and one[1] != other[1] and abs(one[3] - other[3]) <= window:
            edge = tuple(sorted((one[1], other[1])))
            pairs[edge] = pairs.get(edge, 0) + 1
            objects.setdefault(edge, set()).add(one[0])
    return {edge: (count, len(objects[edge])) for edge, count in pairs.items()}


def counted(rows, window, memory=10**9):
    events = from_rows(rows)
    index = Index.of(events, window)
    names = events.accounts.to_pylist()
    found = {}
    with tallied(index, index.reach(window), accounts=len(names), loops=False, memory=memory) as (
        tally,
        _participation,
    ):
        for edges in tally.edges():
            for a, b, shares, objects in zip(
                edges.a.tolist(), edges.b.tolist(), edges.shares.tolist(), edges.objects.tolist(), strict=True
            ):
                found[names[a], names[b]] = (shares, objects)
    return found


@given(SHARES, st.integers(0, 100))
@settings(max_examples=150, deadline=None)
def test_the_sorted_search_finds_the_pairs_that_comparing_all_finds(rows, window):
    assert counted(rows, window) == by_hand(rows, window)


@given(SHARES)
@settings(max_examples=60, deadline=None)
def test_edges_are_the_same_when_they_go_through_files(rows):
    assert counted(rows, 60, memory=200) == counted(rows, 60)


@given(SHARES, st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_the_number_of_pairs_is_known_before_any_is_made(rows, window):
    events = from_rows(rows)
    expected = sum(
        1 for one, other in combinations(rows, 2) if one[0] == other[0] and abs(one[3] - other[3]) <= window
    )
    assert estimate(events, Parameters(window=window)).pairs == expected


def test_planted_groups_are_found_and_bystanders_are_not():
    events, group = planted_events()
    network = detect(events, Parameters())
    found = [int(name) for name in events.account_names(network.accounts)]
    assert set(found) == set(np.flatnonzero(group >= 0).tolist())
    assert (
        len({(group[account], cluster) for account, cluster in zip(found, network.cluster, strict=True)}) == 2
    )


def test_without_planted_groups_hardly_anything_is_significant():
    events, _group = planted_events(groups=0)
    network = detect(events, Parameters(core=1, shuffles=2))
    assert network.counts["significant"] <= 1
    assert max(network.shuffled) <= 1


def test_shuffled_moments_leave_hardly_any_of_the_planted_edges():
    events, _group = planted_events()
    network = detect(events, Parameters(shuffles=2))
    assert network.counts["significant"] > 50
    assert max(network.shuffled) <= 0.05 * network.counts["significant"]


def test_one_pair_meeting_on_one_object_is_no_evidence():
    rows = [("o", "a", "1", 0), ("o", "b", "2", 1), ("p", "a", "3", 0), ("p", "b", "4", 9_000)]
    assert detect(from_rows(rows), Parameters(core=1)).counts["candidates"] == 0


def test_a_popular_object_is_left_out_and_listed():
    events, _group = planted_events()
    network = detect(events, Parameters(most_pairs=27))
    assert network.capped
    assert all(pairs > 27 for _name, _shares, pairs in network.capped)
    assert network.counts["pairs"] < detect(events, Parameters()).counts["pairs"]


def test_an_account_must_take_part_often_enough_on_both_sides():
    rows = [("o", "a", "1", 0), ("o", "b", "2", 1), ("p", "a", "3", 0), ("p", "b", "4", 1)]
    rows += [("q", "a", "5", 0), ("q", "c", "6", 1), ("r", "c", "7", 0)]
    strict = detect(
        from_rows(rows), Parameters(min_participation=2, fdr=1, core=1, min_objects=1, shuffles=0)
    )
    assert strict.counts["edges"] == 1, "c was near another once only"


def test_the_fast_window_counts_only_what_lies_inside_it():
    rows = [("o", "a", "1", 0), ("o", "b", "2", 2), ("p", "a", "3", 0), ("p", "b", "4", 50)]
    network = detect(from_rows(rows), Parameters(fdr=1, core=1, fast=10, shuffles=0))
    assert network.edges.shares.tolist() == [2]
    assert network.fast.tolist() == [1]


def test_a_control_collection_gives_the_baseline():
    events, _group = planted_events()
    usual = detect(events, Parameters())
    certain = detect(events, Parameters(), control=np.ones(12))
    assert usual.counts["significant"] > 0
    assert certain.counts["significant"] == 0


def test_the_same_input_gives_the_same_result_whatever_the_order_of_its_rows():
    rows = [(f"o{n % 7}", f"a{n % 5}", str(n), (n * 37) % 400) for n in range(200)]
    one, other = (detect(from_rows(each), Parameters(fdr=1, core=1)) for each in (rows, rows[::-1]))
    for name in ("a", "b", "shares", "objects"):
        assert getattr(one.edges, name).tolist() == getattr(other.edges, name).tolist()
    assert one.cluster.tolist() == other.cluster.tolist()


def test_what_say_raises_stops_the_run():
    def stop(_stage):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        detect(planted_events()[0], Parameters(), say=stop)


def test_identifiers_of_nineteen_digits_survive(tmp_path: Path):
    path = tmp_path / "shares.csv"
    path.write_text("post,who,when\n1234567890123456789,1234567890123456788,1970-01-01T00:00:05Z\n")
    events = load(path, Columns("post", "who", "none", "when"))
    assert events.objects.to_pylist() == ["1234567890123456789"]
    assert events.accounts.to_pylist() == ["1234567890123456788"]
    assert events.time.tolist() == [5]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "x,y\n1,2\n", "no column object_id"),
        ("a.csv", "object_id,account_id,timestamp_share\n1,2,soon\n", "neither seconds"),
        ("a.txt", "hello", "give a .csv"),
        ("a.parquet", "not parquet", "cannot be read"),
        ("a.csv", "object_id,account_id,timestamp_share\n1,2,nan\n", "not finite"),
    ],
)
def test_a_file_that_is_no_list_of_shares_is_refused_with_advice(tmp_path, name, text, says):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(EventsError, match=says):
        load(path)


def test_no_shares_give_an_empty_network():
    network = detect(from_rows([]), Parameters())
    assert len(network.edges) == 0
    assert len(network.accounts) == 0


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
@settings(max_examples=80, deadline=None)
def test_core_numbers_are_those_of_their_definition(pairs):
    edges = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    ends = np.array(edges, np.int32).reshape(-1, 2)
    found = core_numbers(Graph.of(ends[:, 0], ends[:, 1], np.ones(len(ends), np.int32), 12))
    for k in range(1, 6):
        left = set(range(12))
        while weak := {n for n in left if sum(n in e and set(e) <= left for e in edges) < k}:
            left -= weak
        assert left == {node for node in range(12) if found[node] >= k}


@pytest.mark.parametrize("method", ["propagation", "leiden"])
def test_two_groups_joined_by_one_edge_are_two_communities(method):
    if method == "leiden":
        pytest.importorskip("igraph", reason="igraph is not on this machine")
    edges = [*combinations(range(6), 2), *combinations(range(6, 12), 2), (0, 6)]
    ends = np.array(edges, np.int32)
    graph = Graph.of(ends[:, 0], ends[:, 1], np.full(len(ends), 3, np.int32), 12)
    found = communities(graph, method=method)
    assert found[:6].tolist() == [found[0]] * 6
    assert found[6:].tolist() == [found[6]] * 6
    assert found[0] != found[6]


def test_benjamini_and_hochberg_by_hand():
    assert q_values(np.array([0.01, 0.04, 0.03]), 4).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3])


def test_a_few_coordinated_objects_do_not_raise_what_counts_as_chance():
    sizes = np.full(100, 40)
    pairs = np.full(100, 7)
    pairs[:9] = 780
    chance = chance_of_meeting(sizes, pairs)
    assert chance[5] == pytest.approx(7 / 780)
