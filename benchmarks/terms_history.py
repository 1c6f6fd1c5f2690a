"""A whole archive taken over, classed, remembered, read: `python -m benchmarks.terms_history [--archive DIR]`.

Without --archive, a repository is made of the same shape as a real one (benchmarks/_large_archive.py). On SQLite, or a
new database on DATABASE_URL's server. With --keep FOLDER, the repository and the portal stay there, and a second run on
SQLite measures only what reads. Exits with 1 when a bar is missed, unless --report.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

from benchmarks import _readers
from benchmarks._large_archive import START, VERSIONS, made, megabyte
from benchmarks._portal import ROOT, portal

READERS, READING_SECONDS, THINKING_SECONDS = 20, 40.0, 1.0
PHRASES = ["political advertising", "your personal data", "we may change", "third parties", "bababa"]


def main() -> int:
    """Measure, print beside the bars, say whether all are met."""
    parser = ArgumentParser()
    parser.add_argument("--versions", type=int, default=VERSIONS)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="disinfo-bench-"))
        )
        source = options.archive or folder / "large-versions"
        if options.archive and not source.exists():
            parser.error(f"there is no repository at {source}")
        if not source.exists():
            made(source, options.versions)
        stack.enter_context(portal(kept=options.keep and options.keep / "var"))
        from django.db import connection

        from terms_tracker.models import Version

        print(f"{connection.vendor}, {os.cpu_count()} cores, load {load()}", flush=True)
        met = [] if Version.objects.exists() else [imported(source), classed(), remembered()]
        met += [asked(), *read()]
        print(f"load {load()}", flush=True)
    return 0 if all(met) or options.report else 1


def load() -> str:
    """How busy the machine is: over one, five and fifteen minutes."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def told(name: str, measured: str, bar: str, *, is_met: bool) -> bool:
    """Print a figure beside its bar."""
    print(f"{name:<46} {measured:>34}  {bar:<24} {'met' if is_met else 'NOT MET'}", flush=True)
    return is_met


# ── What is measured ──────────────────────────────────────────────────────────────────────────────────────
def imported(source: Path) -> bool:
    """Taking the repository over by the command that administrators use; then again, when nothing is new."""
    from terms_tracker.models import Version

    first, peak = take_over(source)
    again, _peak = take_over(source)
    count = Version.objects.count()
    measured = f"{first:.0f} s, {peak:.0f} MB; again {again:.1f} s"
    is_met = first < 120 * count / VERSIONS and peak < 600
    return told(f"taking over {count:,} versions", measured, "< 120 s, < 600 MB", is_met=is_met)


def take_over(source: Path) -> tuple[float, float]:
    """Seconds, and the most megabytes that the command or a git of it had."""
    began = time.perf_counter()
    command = [sys.executable, "manage.py", "terms_archive_import", str(source), "--collection", "large"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("the import failed")
    return time.perf_counter() - began, used.ru_maxrss / 1024


def classed() -> bool:
    """Saying what each change is, with reading the texts out of git."""
    from django.db.models import Count

    from terms_tracker.models import Version
    from terms_tracker.services import classifying

    began, count = time.perf_counter(), Version.objects.filter(rules=0).count()
    while classifying.sweep(budget=3600):
        pass
    whole = count / (time.perf_counter() - began)
    rate, by_cpu = rate_alone()
    classes = Version.objects.changes().values_list("change_class").annotate(count=Count("pk"))
    print("   ", ", ".join(f"{name} {number:,}" for name, number in classes.order_by("-count")))
    print(f"    with reading git and writing rows, one process: {whole:.0f} versions/s")
    measured = f"{rate:.0f} changes/s, {by_cpu:.0f} a CPU second"
    return told("classed", measured, ">= 500/s", is_met=rate >= 500)


def rate_alone() -> tuple[float, float]:
    """Changes a second, and a CPU second, once both texts are in memory."""
    from terms_tracker import archives
    from terms_tracker.changes import change_between
    from terms_tracker.models import Version

    rows = Version.objects.changes().select_related("terms__service__collection").order_by("pk")[:400]
    pairs = [
        (archives.text_of(before), archives.text_of(version))
        for version in rows
        if (before := version.previous())
    ]
    began, began_cpu = time.perf_counter(), time.process_time()
    for before, after in pairs:
        change_between(before, after)
    return len(pairs) / (time.perf_counter() - began), len(pairs) / (time.process_time() - began_cpu)


def remembered() -> bool:
    """The history of sentences: time, and room in the database against the text of all versions."""
    from django.db.models import Sum

    from terms_tracker.models import Sentence, Version
    from terms_tracker.services import remembering

    before, began = room(), time.perf_counter()
    while remembering.sweep(budget=3600):
        pass
    seconds, count = time.perf_counter() - began, Version.objects.count()
    text = (Version.objects.aggregate(sum=Sum("characters"))["sum"] or 1) / 1e6
    share = (room() - before) / 1e6 / text
    measured = f"{seconds:.0f} s, {share:.2f} x, {Sentence.objects.count():,} sentences"
    is_met = seconds < 600 * count / 40_000 and share < 2
    return told(f"remembered {count:,} versions", measured, "< 600 s, < 2 x their text", is_met=is_met)


def room() -> int:
    """Bytes of the database."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(settings.DATABASES["default"]["NAME"]).stat().st_size


def asked() -> bool:
    """When did a phrase appear, over all versions of all terms."""
    from django.contrib.auth.models import AnonymousUser

    from terms_tracker.mentions import appearances_of, mentions

    times = [timed(lambda said=said: mentions(appearances_of(said, AnonymousUser()))) for said in PHRASES * 3]
    median = statistics.median(times)
    return told(
        "history of a phrase",
        f"median {median:.0f} ms, max {max(times):.0f}",
        "< 200 ms",
        is_met=median < 200,
    )


def read() -> list[bool]:
    """Pages of a real web server: one reader, then twenty, then a document of a megabyte."""
    paths, huge = paths_to_read(), [add_megabyte(is_rewritten=each) for each in (False, True)]
    with _readers.web() as server:
        met = [alone(server, name, asked_for) for name, asked_for in paths.items()]
        met += together(
            server, {name: paths[name] for name in ("list", "changes", "timeline", "change", "compare")}
        )
        met += [
            large(server, path, name) for path, name in zip(huge, ("a tenth of it", "all of it"), strict=True)
        ]
        measured = f"{server.peak:.0f} MB; resident {server.resident_peak:.0f} MB"
        met.append(told("memory of the web program, peak", measured, "< 300 MB", is_met=server.peak < 300))
    return met


def paths_to_read() -> dict[str, list[str]]:
    """Pages by kind, spread over the whole archive."""
    from terms_tracker.models import Terms, Version

    changes = Version.objects.changes().order_by("pk").only("commit")
    timelines = [each.get_absolute_url() for each in Terms.objects.select_related("service__collection")[::7]]
    return {
        "list": [f"/terms/?page={number}" for number in range(1, 9)],
        "changes": [f"/terms/changes/?page={number}" for number in range(1, 9)],
        "changes by significance": ["/terms/changes/?order=significance"],
        "changes of a topic": ["/terms/changes/?topic=political-ads&since=2021-01-01"],
        "timeline": timelines,
        "change": [each.get_change_url() for each in changes[:: max(1, changes.count() // 400)]],
        "compare": [f"{each}compare/" for each in timelines],
        "history of a phrase": [f"/terms/clauses/?q={said.replace(' ', '+')}" for said in PHRASES],
    }


def alone(server: _readers.Web, name: str, paths: list[str]) -> bool:
    """One reader, each page for the first time."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=_readers.PATIENCE)
    _readers.timed(connection, "/terms/data/")  # templates are read once a process
    used = server.cpu
    times = [_readers.timed(connection, path) for path in (paths * 9)[: max(9, min(len(paths), 24))]]
    connection.close()
    median, cpu = statistics.median(times), 1000 * (server.cpu - used) / len(times)
    bar = 200 if name == "history of a phrase" else 100
    return told(
        f"page: {name}",
        f"median {median:.0f} ms, max {max(times):.0f}, CPU {cpu:.0f}",
        f"median < {bar} ms",
        is_met=median < bar,
    )


def together(server: _readers.Web, paths: dict[str, list[str]]) -> list[bool]:
    """Twenty people who read; then, without a bar, twenty requests always under way."""
    met = []
    for pause, what in ((THINKING_SECONDS, "who think for a second"), (0.0, "requests always under way")):
        found = _readers.read(server, paths, readers=READERS, seconds=READING_SECONDS, pause=pause)
        print(f"    {READERS} readers {what}: {found.rate:.0f} pages/s, load {load()}")
        for name, median, late in found.lines():
            measured = f"median {median:.0f} ms, p95 {late:.0f}"
            if pause:
                met.append(told(f"20 readers: {name}", measured, "p95 < 250 ms", is_met=late < 250))
            else:
                print(f"{f'20 under way: {name}':<46} {measured:>34}", flush=True)
    return met


def add_megabyte(*, is_rewritten: bool) -> str:
    """Record two versions of a large document; gives the page of its change."""
    from terms_tracker import archives
    from terms_tracker.archive import Entry
    from terms_tracker.models import Collection
    from terms_tracker.services import indexing

    collection = Collection.objects.get(key="large")
    archive = archives.archive_of(collection, archives.VERSIONS)
    # A service of this run: in a kept portal, what an earlier one recorded would be found again.
    terms = indexing.terms_for(collection, f"Large {is_rewritten} {os.getpid()}", "Terms of Service")
    for at, text in enumerate(megabyte(is_rewritten=is_rewritten)):
        entry = Entry(
            service=terms.service.key,
            terms_type=terms.type,
            content=text,
            fetched_at=START + timedelta(days=3000 + at),
        )
        if record := archive.record(entry):
            indexing.add_version(terms, record, text)
    return terms.versions.newest_first()[0].get_change_url()


def large(server: _readers.Web, path: str, changed: str) -> bool:
    """The change of a megabyte: alone, then while somebody else turns from page to page."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=_readers.PATIENCE)
    alone_ms = _readers.timed(connection, path)
    connection.close()
    took, others = _readers.meanwhile(server, path, "/terms/changes/")
    measured = f"{alone_ms:.0f} ms; beside others {took:.0f}, theirs {max(others):.0f}"
    is_met = alone_ms < 1000 and max(others) < 1000
    return told(f"1 MB, {changed} changed", measured, "< 1000 ms, theirs too", is_met=is_met)


def timed(deed: Callable[[], object]) -> float:
    """How long it takes, in milliseconds."""
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
