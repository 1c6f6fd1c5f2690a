"""The kernels on two worker processes of Dask give what one process gives, byte for byte."""

import csv

import numpy as np
import pytest

from botdetect.coordination import detection, distributed
from botdetect.coordination.__main__ import main
from botdetect.coordination.detection import Parameters, detect
from botdetect.coordination.pairs import Index
from botdetect.models import Run
from botdetect.services import runs
from tests.botdetect.factories import filled_collection
from tests.botdetect.planted import planted_events

dask = pytest.importorskip("distributed", reason="the extra disinfo[cluster] is not installed")

COLUMNS = ("expected", "p", "q", "fast", "accounts", "cluster", "core", "chance")


@pytest.fixture(scope="module")
def scheduler():
    """The address of a scheduler with two worker processes of one thread."""
    with dask.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def slices(monkeypatch):
    """Many slices: small data would be one."""
    monkeypatch.setattr(distributed, "_SHARES_A_SLICE", 700)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"fast": 10.0, "shuffles": 2},
        {"min_objects": 1, "fdr": 1.0, "core": 1},
        {"most_pairs": 27},
        {"min_participation": 9},
    ],
)
def test_two_processes_give_the_bytes_of_one(scheduler, slices, monkeypatch, options):
    events, _group = planted_events()
    here = detect(events, Parameters(**options))
    # From here on this process may neither make candidates nor reckon what chance gives.
    monkeypatch.setattr(detection, "_candidates_here", None)
    monkeypatch.setattr(detection, "Expectation", None)
    there = detect(events, Parameters(**options), scheduler=scheduler)
    for name in ("a", "b", "shares", "objects"):
        assert getattr(here.edges, name).tobytes() == getattr(there.edges, name).tobytes(), name
    for name in COLUMNS:
        assert getattr(here, name).tobytes() == getattr(there, name).tobytes(), name
    assert (here.counts, here.capped, here.shuffled) == (there.counts, there.capped, there.shuffled)


def test_slices_hold_whole_objects_and_all_of_them():
    events, _group = planted_events()
    index = Index.of(events, 60)
    cut = distributed._slices(index, 7)
    assert len(cut) == 7
    assert np.concatenate([each.line for each in cut]).tolist() == index.line.tolist()
    assert np.concatenate([each.ids for each in cut]).tolist() == index.ids.tolist()
    assert [size for each in cut for size in each.sizes().tolist()] == index.sizes().tolist()


def write(path):
    events, _group = planted_events()
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["object_id", "account_id", "timestamp_share"])
        writer.writerows(
            zip(events.object.tolist(), events.account.tolist(), events.time.tolist(), strict=True)
        )
    return path


def test_the_command_line_writes_the_same_files(scheduler, slices, tmp_path):
    path = write(tmp_path / "shares.csv")
    assert main([str(path), "--out", str(tmp_path / "here")]) == 0
    assert main([str(path), "--out", str(tmp_path / "there"), "--scheduler", scheduler]) == 0
    for name in ("edges.csv", "accounts.csv", "clusters.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
    assert len((tmp_path / "here" / "edges.csv").read_text().splitlines()) > 20


def test_a_scheduler_that_does_not_answer_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(distributed, "_PATIENCE", "1s")
    path = write(tmp_path / "shares.csv")
    assert main([str(path), "--out", str(tmp_path), "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "127.0.0.1:1" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_big_collection_goes_to_the_scheduler_of_the_settings_and_a_small_one_does_not(
    scheduler, settings, tmp_path, monkeypatch
):
    collection = filled_collection(tmp_path)
    used = []
    monkeypatch.setattr(
        detection, "detect", lambda *a, **k: (used.append(k["scheduler"]), detect(*a, **k))[1]
    )
    settings.BOTS_SCHEDULER = scheduler
    hashes = []
    for least in (collection.shares, collection.shares + 1):
        settings.BOTS_SCHEDULER_FROM_SHARES = least
        run = runs.start(collection=collection, trace="object", parameters={}, actor=None)
        runs.perform(run=run)
        hashes.append(Run.objects.get(pk=run.pk).result_hash)
    assert used == [scheduler, ""]
    assert hashes[0] == hashes[1] != ""
