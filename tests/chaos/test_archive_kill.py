import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from terms_tracker.archive import Archive, Entry
from terms_tracker.archive.records import from_timestamp

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).parents[2]
# Acknowledges each record on a line of its own, written at once: what a worker would write to its database.
RECORDER = """
import os, sys
from tests.chaos.test_archive_kill import entry
from terms_tracker.archive import Archive
path, run = sys.argv[1:]
with Archive(path, stale_after=0.5) as archive:
    number = 0
    while True:
        record = archive.record(entry(f"{run} {number}", number))
        os.write(1, f"{record.sha} {run} {number}\\n".encode())
        number += 1
"""


def entry(text: str, number: int) -> Entry:
    padding = "a long paragraph " * 500
    return Entry(
        service=f"service {number % 7}",
        terms_type="Terms of Service",
        content=f"{text}\n{padding}",
        fetched_at=from_timestamp(1_700_000_000 + number),
    )


def _record_until_killed(archive: Archive, run: int, seconds: float) -> list[str]:
    # A session of its own: what is killed is the whole tree, git included, as a machine that stops would.
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(archive.path), str(run)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    first = process.stdout.readline()
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    rest, _ = process.communicate()
    return (first + rest).decode().splitlines()


def test_no_record_is_lost_or_doubled_when_the_recorder_is_killed(tmp_path):
    chance = random.Random(20260829)
    acknowledged = []
    with Archive(tmp_path / "archive", stale_after=0.5) as archive:
        archive.init()
        for run in range(20):
            acknowledged += _record_until_killed(archive, run, chance.uniform(0.0, 0.15))
            assert archive.fsck().is_sound
        texts = {}
        for record in archive.log():
            text = archive.read(record.sha, record.path).split(b"\n")[0].decode()
            assert text not in texts.values()
            texts[record.sha] = text
        # One record a run may be there without having been acknowledged: its process died in between.
        assert len(acknowledged) <= len(texts) <= len(acknowledged) + 20
        for line in acknowledged:
            sha, _, text = line.partition(" ")
            assert texts[sha] == text
        assert archive.record(entry("afterwards", 0)) is not None
        archive.maintain()
        assert archive.fsck().is_sound
        assert not list(archive.git_dir.glob("**/*.lock"))


def _record_with_little_room(path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    with Archive(path) as archive:
        try:
            archive.record(entry("x", 0))
            archive.record(
                Entry(**{**_fields(entry("x", 1)), "content": random.Random(1).randbytes(100_000)})
            )
        except OSError:
            os._exit(3)


def test_a_full_disk_is_an_error_and_leaves_the_archive_sound(tmp_path):
    with Archive(tmp_path / "archive") as archive:
        archive.init()
        child = os.fork()
        if child == 0:
            try:
                _record_with_little_room(archive.path)
            finally:
                os._exit(4)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 3
        assert archive.fsck().is_sound
        assert archive.count() == 1
        assert not list((archive.git_dir / "objects").glob("tmp_obj_*"))
        assert archive.record(entry("afterwards", 1)) is not None


def _fields(of: Entry) -> dict:
    return {name: getattr(of, name) for name in of.__slots__}
