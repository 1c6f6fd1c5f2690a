import contextlib
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from terms_tracker.archive import Archive, ArchiveBusyError, InvalidEntryError, Kind, bulk
from tests.chaos.portals import eventually
from tests.terms_tracker.archive_examples import make_entry, porcelain

ROOT = Path(__file__).parents[2]


def entries(count):
    for n in range(count):
        yield make_entry(
            f"text {n // 6}", service=f'S {n % 3} “é” "q"', minutes=n, metadata={"X-engine-version": "1"}
        )


def test_an_import_gives_the_same_commits_as_recording_one_by_one(archive, tmp_path):
    result = archive.import_entries(entries(60))
    with Archive(tmp_path / "slow") as slow:
        slow.init()
        recorded = [record for entry in entries(60) if (record := slow.record(entry))]
        assert slow.head() == archive.head() == result.head
        assert list(archive.log()) == recorded
    assert (result.written, result.unchanged, result.skipped) == (30, 30, 0)
    assert archive.fsck().is_sound


def test_importing_again_changes_nothing(archive):
    head = archive.import_entries(entries(60)).head
    again = archive.import_entries(entries(60))
    assert (again.written, again.head) == (0, head)


def test_an_import_goes_on_from_what_is_there(archive):
    archive.record(make_entry("by hand", minutes=-5))
    archive.import_entries(islice(entries(60), 20))
    archive.import_entries(entries(60))
    archive.record(make_entry("again by hand", minutes=100))
    kinds = [record.kind for record in archive.log()]
    assert kinds.count(Kind.FIRST) == 4
    assert archive.count() == 32


def test_a_change_and_an_upgrade_of_the_same_instant_are_both_imported_once(archive):
    both = [make_entry("one"), make_entry("two", is_upgrade=True)]
    archive.import_entries(both[:1])
    assert archive.import_entries(both).written == 1
    assert archive.import_entries(both).written == 0


def test_an_import_of_nothing_is_nothing(archive):
    assert archive.import_entries([]).head is None


def test_a_bad_entry_stops_the_import_and_what_was_checkpointed_stays(archive, monkeypatch):
    monkeypatch.setattr(bulk, "_CHECKPOINT_EVERY", 10)

    def spoiled():
        yield from islice(entries(200), 150)
        yield make_entry(service="../x")

    with pytest.raises(InvalidEntryError):
        archive.import_entries(spoiled())
    assert archive.count() % 10 == 0
    assert archive.fsck().is_sound
    archive.import_entries(entries(200))
    assert archive.count() == len({(n % 3, n // 6) for n in range(200)})


def test_an_import_beside_which_another_records_is_refused_and_made_again(archive):
    def disturbed():
        yield from islice(entries(200), 100)
        with Archive(archive.path) as another:
            another.record(make_entry("by hand", minutes=-5))
        yield from islice(entries(200), 100, None)

    with pytest.raises(ArchiveBusyError):
        archive.import_entries(disturbed())
    assert archive.count() == 1
    archive.import_entries(entries(200))
    assert archive.count() == 1 + len({(n % 3, n // 6) for n in range(200)})


KILLED = """
import os, signal, sys
from terms_tracker.archive import Archive, bulk
from tests.terms_tracker.test_archive_bulk import entries
bulk._CHECKPOINT_EVERY = 10
def until_killed():
    yield from list(entries(100))
    os.kill(os.getpid(), signal.SIGKILL)
Archive(sys.argv[1]).import_entries(until_killed())
"""


def git_still_runs(session):
    """Whether a program of this session is still there; a dead one that nobody has buried yet is not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, _group, its_session, *_ = stat.read_text().rpartition(")")[2].split()
            if int(its_session) == session and state != "Z":
                return True
    return False


def test_an_import_that_was_killed_is_resumed(archive):
    command = [sys.executable, "-c", KILLED, str(archive.path)]
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as killed:
        assert killed.wait() == -signal.SIGKILL
    # Its git outlives it: it moves the branch for what it was given last, and unpacks what is few. Meanwhile an
    # import is refused as busy, and upkeep leaves what is unpacked after it to the next night.
    eventually(lambda: not git_still_runs(killed.pid), within=30, what="the end of its git")
    assert 0 < archive.count() < len({(n % 3, n // 6) for n in range(100)})
    archive.import_entries(entries(200))
    assert archive.count() == len({(n % 3, n // 6) for n in range(200)})
    archive.maintain()
    assert archive.fsck().is_sound
    assert porcelain(archive.path, "count-objects").startswith("0 objects")
