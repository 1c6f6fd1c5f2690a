"""`python -m botdetect.coordination` on files."""

import csv
import gzip
import json
from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score

from botdetect.coordination.__main__ import main
from botdetect.coordination.detection import Parameters, detect
from botdetect.coordination.events import load
from tests.botdetect.planted import planted_events
from tests.shared_data import need_shared_data


@pytest.fixture
def shares(tmp_path):
    events, _group = planted_events(accounts=100, objects=80)
    path = tmp_path / "shares.csv.gz"
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "who", "when"])
        writer.writerows(
            zip(events.object.tolist(), events.account.tolist(), events.time.tolist(), strict=True)
        )
    return path


NAMES = ["--object", "what", "--account", "who", "--time", "when"]


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_file_becomes_three_lists_and_a_report(shares, tmp_path, capsys):
    out = tmp_path / "out"
    assert main([str(shares), "--out", str(out), *NAMES, "--fast", "10"]) == 0
    report = json.loads((out / "report.json").read_text())
    edges, accounts = rows_of(out / "edges.csv"), rows_of(out / "accounts.csv")
    assert list(edges[0])[:7] == ["a", "b", "weight", "objects", "lambda", "p", "q"]
    assert {row["account"] for row in accounts} == {str(number) for number in range(16)}
    assert len(rows_of(out / "clusters.csv")) == report["counts"]["clusters"] == 2
    assert report["counts"]["core_edges"] == len(edges)
    assert len(report["input_sha256"]) == 64
    assert report["machine"]["peak_rss_bytes"] > 0
    assert all(float(row["q"]) <= 0.01 and 0 < float(row["cosine"]) <= 1.0001 for row in edges)
    assert "on shuffled data" in capsys.readouterr().out


def test_the_same_input_gives_the_same_bytes_in_memory_or_through_files(shares, tmp_path):
    for name, memory in (("one", "2G"), ("other", "2K")):
        assert main([str(shares), "--out", str(tmp_path / name), *NAMES, "--memory", memory]) == 0
    for name in ("edges.csv", "accounts.csv", "clusters.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_several_windows_give_a_folder_each(shares, tmp_path):
    assert main([str(shares), "--out", str(tmp_path / "out"), *NAMES, "--window", "5", "60"]) == 0
    narrow, wide = (len(rows_of(tmp_path / "out" / name / "edges.csv")) for name in ("5s", "60s"))
    assert narrow <= wide


def test_an_estimate_writes_nothing(shares, tmp_path, capsys):
    assert main([str(shares), "--out", str(tmp_path / "out"), *NAMES, "--estimate"]) == 0
    assert "pairs" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_a_compatible_mode_says_which_faults_it_keeps(tmp_path, capsys):
    path = tmp_path / "shares.csv"
    path.write_text("object_id,account_id,content_id,timestamp_share\no,a,1,0\no,b,2,5\n")
    command = [str(path), "--out", str(tmp_path / "out"), "--mode", "coortweet", "--min-participation", "1"]
    assert main(command) == 0
    assert rows_of(tmp_path / "out" / "edges.csv")[0]["weight"] == "1"
    assert "either of its accounts" in capsys.readouterr().out


def test_a_wrong_column_name_says_so(shares, tmp_path, capsys):
    assert main([str(shares), "--out", str(tmp_path), "--object", "nothing"]) == 2
    assert "no column nothing" in capsys.readouterr().err


@pytest.mark.data
@pytest.mark.parametrize(("method", "least"), [("propagation", 0.38), ("leiden", 0.39)])
def test_ira_communities_match_the_human_categories(method, least):
    if method == "leiden":
        pytest.importorskip("igraph", reason="igraph is not on this machine")
    events = load(need_shared_data("bots/ira/ira_retweet_events.parquet"))
    network = detect(
        events, Parameters(min_objects=5, fdr=1, core=1, shuffles=0, min_participation=1, communities=method)
    )
    with need_shared_data("bots/ira/ira_authors.csv").open(encoding="utf-8") as file:
        category = {row["author"]: row["account_category"] for row in csv.DictReader(file)}
    kinds = [category.get(name, "") for name in events.account_names(network.accounts)]
    most = sum(
        Counter(
            kind for kind, place in zip(kinds, network.cluster, strict=True) if place == number
        ).most_common(1)[0][1]
        for number in np.unique(network.cluster)
    )
    assert most / len(kinds) >= 0.96
    assert normalized_mutual_info_score(kinds, network.cluster) >= least
