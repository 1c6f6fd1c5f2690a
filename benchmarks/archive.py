"""How fast the archive of terms is, with 40,000 commits in it: `python -m benchmarks.archive [commits]`.

The bars: an import of 1,000 commits a second, a record in less than 10 ms (median and 95th percentile).
Where ext4 has just lost many files (tests do that), it makes new ones slowly for half a minute, which triples
the time of a record and of its baselines: `TMPDIR=/dev/shm` leaves the disk out. Beside the bars, in the same
run: what GitPython's index and the ordinary `git add`, `git commit` take.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from git import Actor, Repo

from terms_tracker.archive import Archive, Entry

SERVICES, SAMPLES, BASELINE_SAMPLES = 440, 400, 20
TYPES = ["Terms of Service", "Privacy Policy", "Community Guidelines"]
START = datetime(2020, 1, 1, tzinfo=UTC)
CHANCE = random.Random(7)
WORDS = ["".join(CHANCE.choices("abcdefghilmnoprstuv", k=CHANCE.randint(2, 11))) for _ in range(6_000)]


class Documents:
    """Some 1,100 texts of 8 to 60 KB, of which one changes by a few words at a time."""

    def __init__(self) -> None:
        self._texts = {
            (f"Service {number}", terms_type): self._text(CHANCE.randint(8_000, 60_000))
            for number in range(SERVICES)
            for terms_type in TYPES[: 2 + number % 2]
        }
        self._keys = list(self._texts)
        self._minutes = 0

    def entries(self, count: int) -> Iterator[Entry]:
        """Give each document once, then changes of documents drawn at random."""
        for number in range(count):
            key = self._keys[number] if number < len(self._keys) else CHANCE.choice(self._keys)
            yield self.change(key)

    def change(self, key: tuple[str, str] | None = None) -> Entry:
        key = key or CHANCE.choice(self._keys)
        lines = self._texts[key]
        for _ in range(CHANCE.randint(1, 3)):
            lines[CHANCE.randrange(len(lines))] = self._line()
        self._minutes += 1
        return Entry(
            service=key[0],
            terms_type=key[1],
            content="\n\n".join(lines),
            fetched_at=START + timedelta(minutes=self._minutes),
            snapshot_ids=(f"{CHANCE.getrandbits(160):040x}",),
            metadata={"X-engine-version": "1.0.0"},
        )

    def _text(self, size: int) -> list[str]:
        return [self._line() for _ in range(size // 400)]

    def _line(self) -> str:
        return " ".join(CHANCE.choices(WORDS, k=55))


def timed(samples: int, work: Callable[[], object]) -> list[float]:
    """Give the milliseconds of each run, sorted."""
    times = []
    for _ in range(samples):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1_000)
    return sorted(times)


def spread(times: list[float]) -> str:
    return f"median {statistics.median(times):.1f} ms, 95 % {times[int(len(times) * 0.95)]:.1f} ms"


def build(archive: Archive, documents: Documents, count: int) -> None:
    # The texts are made beforehand by tens of thousands; what is timed is the archive alone.
    seconds = 0.0
    for first in range(0, count, 20_000):
        entries = list(documents.entries(min(20_000, count - first)))
        start = time.perf_counter()
        archive.import_entries(entries)
        seconds += time.perf_counter() - start
    print(f"bulk import        {archive.count() / seconds:8,.0f} commits/s    bar: 1,000 or more")


def baselines(archive: Archive, documents: Documents, folder: Path) -> None:
    checkout = folder / "checkout"
    subprocess.run(["git", "clone", "--quiet", str(archive.path), str(checkout)], check=True)
    environment = {
        **os.environ,
        **{f"GIT_{who}_{what}": "bench" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    git = ["git", "-C", str(checkout)]
    with Repo(checkout) as repository:
        actor = Actor("bench", "bench@localhost")

        def with_gitpython() -> None:
            entry = documents.change()
            (checkout / entry.place.path).write_bytes(entry.data)
            repository.index.add([entry.place.path])
            repository.index.commit("change", author=actor, committer=actor)

        def with_git() -> None:
            entry = documents.change()
            (checkout / entry.place.path).write_bytes(entry.data)
            subprocess.run([*git, "add", entry.place.path], check=True, env=environment)
            subprocess.run(
                [*git, "commit", "-qm", "change", "--no-verify", entry.place.path],
                check=True,
                env=environment,
            )

        print(f"  GitPython index  {spread(timed(BASELINE_SAMPLES, with_gitpython))}")
        print(f"  git add, commit  {spread(timed(BASELINE_SAMPLES, with_git))}")


def main(count: int) -> None:
    documents = Documents()
    with tempfile.TemporaryDirectory() as name, Archive(Path(name) / "versions") as archive:
        archive.init()
        build(archive, documents, count)
        changes = iter([documents.change() for _ in range(SAMPLES)])
        times = timed(SAMPLES, lambda: archive.record(next(changes)))
        print(f"record             {spread(times)}    bar: below 10 ms with {archive.count():,} commits")
        baselines(archive, documents, Path(name))
        unchanged = documents.change()
        archive.record(unchanged)
        print(f"nothing new        {spread(timed(SAMPLES, lambda: archive.record(unchanged)))}")
        [seconds] = timed(1, lambda: sum(1 for _ in archive.log()))
        print(f"whole log          {seconds / 1_000:.1f} s for {archive.count():,} commits")
        head = archive.head()
        print(f"log since the tip  {spread(timed(20, lambda: list(archive.log(since=head))))}")
        [seconds] = timed(1, archive.maintain)
        print(f"packing            {seconds / 1_000:.1f} s")
        changes = iter([documents.change() for _ in range(SAMPLES)])
        times = timed(SAMPLES, lambda: archive.record(next(changes)))
        print(f"record, packed     {spread(times)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40_000)
