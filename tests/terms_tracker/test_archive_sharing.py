"""Processes, threads and forks share an archive."""

import multiprocessing
import threading
from pathlib import Path

from terms_tracker.archive import (
    Archive,
)
from tests.terms_tracker.archive_examples import make_entry


def test_no_process_and_no_file_stays_open(tmp_path):
    def descriptors() -> set[str]:
        return {path.name for path in Path("/proc/self/fd").iterdir()}

    with Archive(tmp_path / "warm") as archive:  # what the first use of GitPython opens for good
        archive.init()
        archive.record(make_entry())
    before = descriptors()
    for n in range(20):
        with Archive(tmp_path / str(n % 3)) as archive:
            archive.init()
            archive.record(make_entry(str(n)))
            list(archive.log())
    assert len(descriptors()) <= len(before)


def test_a_killed_reader_process_is_replaced(archive):
    archive.record(make_entry())
    process = archive._reader._git.cat_file_all.proc
    process.kill()
    process.wait()
    assert archive.record(make_entry("two")) is not None


def test_threads_may_share_an_archive(archive):
    records = [archive.record(make_entry(f"text {n}" * 1000)) for n in range(20)]
    wrong = []

    def read() -> None:
        for n, record in enumerate(records):
            if archive.read(record.sha, record.path) != (f"text {n}" * 1000).encode():
                wrong.append(n)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def _record_many(path: Path, worker: int, count: int) -> None:
    with Archive(path) as archive:
        for n in range(count):
            entry = make_entry(f"{worker} {n}", service=f"service {worker}", minutes=n)
            assert archive.record(entry) is not None


def test_two_processes_record_at_once_and_lose_nothing(archive):
    # Forked on purpose, from a process whose reader is already running, as Celery does.
    archive.record(make_entry())
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_record_many, args=(archive.path, n, 200)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert archive.count() == 401
    for n in range(2):
        texts = [archive.read(r.sha, r.path).decode() for r in archive.log() if r.service == f"service {n}"]
        assert texts == [f"{n} {m}" for m in range(200)]
    assert archive.fsck().is_sound


def _use_inherited(archive: Archive, sha: str, path: str) -> None:
    assert archive.read(sha, path) == b"text"
    archive.close()


def test_a_forked_child_starts_its_own_reader(archive):
    record = archive.record(make_entry())
    child = multiprocessing.get_context("fork").Process(
        target=_use_inherited, args=(archive, record.sha, record.path)
    )
    child.start()
    child.join()
    assert child.exitcode == 0
    assert archive.read(record.sha, record.path) == b"text"
