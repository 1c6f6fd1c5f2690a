import os
import time

import pytest

from terms_tracker.archive import Archive, ArchiveBusyError, ArchiveError, branch
from tests.terms_tracker.archive_examples import make_entry

LOCKS = ["refs/heads/main.lock", "HEAD.lock"]


def _leave_lock(archive, name, age):
    lock = archive.git_dir / name
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    os.utime(lock, (time.time() - age,) * 2)
    return lock


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_left_by_a_killed_git_is_removed_when_it_is_old(archive, name, caplog):
    archive.record(make_entry("one"))
    lock = _leave_lock(archive, name, age=120)
    assert archive.record(make_entry("two")) is not None
    assert not lock.exists()
    assert "removed" in caplog.text


@pytest.mark.parametrize("name", LOCKS)
def test_a_young_lock_is_respected_and_nothing_is_lost(archive, name, monkeypatch):
    monkeypatch.setattr(branch, "_PATIENCE", 0.2)
    record = archive.record(make_entry("one"))
    lock = _leave_lock(archive, name, age=5)
    with pytest.raises(ArchiveBusyError):
        archive.record(make_entry("two"))
    assert lock.exists()
    assert archive.head() == record.sha
    lock.unlink()
    assert archive.record(make_entry("two")).parent == record.sha


def test_the_first_record_also_gets_past_a_stale_lock(archive):
    _leave_lock(archive, LOCKS[0], age=120)
    assert archive.record(make_entry()) is not None


def test_the_index_lock_of_a_killed_checkout_does_not_matter(archive):
    _leave_lock(archive, "index.lock", age=0)
    assert archive.record(make_entry()) is not None


def test_packing_gets_past_stale_locks_and_clears_crash_reports(archive):
    archive.record(make_entry())
    for name in ("packed-refs.lock", "objects/info/commit-graph.lock"):
        _leave_lock(archive, name, age=86_400)
    report = _leave_lock(archive, "fast_import_crash_123", age=0)
    archive.maintain()
    assert not report.exists()


def test_a_head_that_names_no_branch_is_refused(archive):
    record = archive.record(make_entry())
    (archive.git_dir / "HEAD").write_text(record.sha + "\n")
    with pytest.raises(ArchiveError, match="names no branch"):
        archive.record(make_entry("two"))


def test_a_branch_whose_commit_is_missing_is_damage_not_an_empty_archive(tmp_path):
    with Archive(tmp_path / "a") as archive:
        archive.init()
        record = archive.record(make_entry())
        (archive.git_dir / "objects" / record.sha[:2] / record.sha[2:]).unlink()
    with Archive(tmp_path / "a") as archive, pytest.raises(ArchiveError):
        archive.record(make_entry("two"))
