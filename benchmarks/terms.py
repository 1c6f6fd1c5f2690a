"""The terms tracker beside its bars: `python -m benchmarks.terms [--archive PATH] [--report]`.

On a portal of its own (SQLite, or a new database on DATABASE_URL's server): passes over 1,000 documents of a local
server by two worker processes, indexing an archive of 40,000 commits, and the pages of that archive from a real web
server. Exits with 1 when a bar is missed, unless --report.

What the size of texts decides (taking over, classes, sentences, twenty readers, a megabyte) is in
benchmarks/terms_history.py, which measures a real repository with `--archive PATH`, as this one then does; significance
beside a reader's judgement in terms_significance.py.
"""

import io
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks._portal import free_port, line_of, portal, running, tell
from benchmarks._site import HOSTS, PAGES_A_HOST

DOCUMENTS, WORKERS = HOSTS * PAGES_A_HOST, 2
COMMITS, SERVICES, TERMS = 40_000, 440, 860
CHANGES, REPEATS = 24, 15
TYPES = ["Terms of Service", "Privacy Policy"]
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Table:
    """The figures as they are measured, and whether each bar is met."""

    missed: list[str] = field(default_factory=list)

    def row(self, name: str, measured: str, bar: str = "", *, is_met: bool = True) -> None:
        """Print one."""
        print(
            f"{name:<58} {measured:>22}  {bar:<14} {('met' if is_met else 'NOT MET') if bar else ''}",
            flush=True,
        )
        if not is_met:
            self.missed.append(name)


# ── Passes ────────────────────────────────────────────────────────────────────────────────────────────────
def work() -> None:
    """One worker: for each line (a list of hosts) one pass, as the task does it."""
    import django

    django.setup()
    from terms_tracker.services import tracking

    print("ready", flush=True)
    for line in sys.stdin:
        began = time.process_time()
        summary = tracking.check_hosts(json.loads(line))
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer = [summary.checked, summary.changed, summary.failed, time.process_time() - began, megabytes]
        print(json.dumps(answer), flush=True)


@dataclass(frozen=True)
class Pass:
    """What a pass over all documents came to, and took."""

    counts: list[int]
    seconds: float
    cpu_seconds: float
    megabytes: float

    @property
    def rate(self) -> float:
        """Documents a second."""
        return DOCUMENTS / self.seconds


def one_pass(workers: list[subprocess.Popen[str]], hosts: list[str]) -> Pass:
    """All documents, due again, from handing over to the last answer."""
    from terms_tracker.models import Terms

    Terms.objects.update(next_check_at=datetime.now(UTC))
    began = time.perf_counter()
    for number, worker in enumerate(workers):
        tell(worker, json.dumps(hosts[number::WORKERS]))
    answers = [json.loads(line_of(worker)) for worker in workers]
    seconds = time.perf_counter() - began
    checked, changed, failed, cpu, _ = (sum(column) for column in zip(*answers, strict=True))
    return Pass([checked, changed, failed], seconds, cpu, max(answer[-1] for answer in answers))


def measure_passes(table: Table, port: int) -> None:
    """A first pass, one where nothing changed, one where everything did."""
    from terms_tracker.models import Collection

    hosts = [f"127.0.0.{n + 1}:{port}" for n in range(HOSTS)]
    declare_pages(hosts)
    with ExitStack() as stack:
        site = stack.enter_context(running("-m", "benchmarks._site", str(port)))
        workers = [stack.enter_context(running("-m", "benchmarks.terms", "--work")) for _ in range(WORKERS)]
        for process in (site, *workers):
            line_of(process)
        done = one_pass(workers, hosts)
        check(done.counts, [DOCUMENTS, DOCUMENTS, 0])
        table.row("first pass over 1,000 documents", f"{done.rate:.0f} documents/s")
        done = one_pass(workers, hosts)
        check(done.counts, [DOCUMENTS, 0, 0])
        name = "unchanged, 2 workers, conditional requests"
        table.row(name, f"{done.rate:.0f} documents/s", ">= 100", is_met=done.rate >= 100)
        get(("127.0.0.1", port), "/generation/2")
        done = one_pass(workers, hosts)
        check(done.counts, [DOCUMENTS, DOCUMENTS, 0])
        name = "changed: fetched, extracted, recorded, 2 workers"
        table.row(name, f"{done.rate:.0f} documents/s", ">= 20", is_met=done.rate >= 20)
        # What other programs of the machine do not touch, unlike the rates.
        table.row("changed, per CPU second of a worker", f"{DOCUMENTS / done.cpu_seconds:.0f} documents")
        table.row("memory of a worker, peak", f"{done.megabytes:.0f} MB")
    Collection.objects.update(is_public=False)  # the pages measured below are of the large collection


def check(counts: list[int], expected: list[int]) -> None:
    """A pass that did something else measures something else."""
    if counts != expected:
        raise SystemExit(f"checked, changed, failed: {counts}, where {expected} was to be")


def declare_pages(hosts: list[str]) -> None:
    """Every page of the local server, five to a service."""
    from terms_tracker.models import Collection
    from terms_tracker.services import declarations

    collection = Collection.objects.create(key="site", name="Site")
    for place, host in enumerate(hosts):
        for first in range(0, PAGES_A_HOST, 5):
            terms = {
                f"Terms {n}": {"fetch": f"http://{host}/{first + n}", "select": "main", "remove": "footer"}
                for n in range(5)
            }
            key = f"Service {place} {first}"
            declarations.save_service(
                collection=collection, key=key, declaration={"name": key, "terms": terms}, actor=None
            )


# ── Indexing and pages ────────────────────────────────────────────────────────────────────────────────────
def fill_archive() -> Any:
    """A public collection of 440 services, 860 terms and 40,000 commits, as an imported one is."""
    from terms_tracker import archives
    from terms_tracker.models import Collection
    from terms_tracker.services import declarations

    collection = Collection.objects.create(key="large", name="Large")
    for number in range(SERVICES):
        terms = {
            terms_type: {"fetch": f"https://service{number}.example/{place}", "select": "main"}
            for place, terms_type in enumerate(TYPES)
            if number * 2 + place < TERMS
        }
        if terms:
            declaration = {"name": f"Service {number}", "terms": terms}
            declarations.save_service(
                collection=collection, key=f"Service {number}", declaration=declaration, actor=None
            )
    archives.archive_of(collection, archives.VERSIONS).import_entries(entries())
    return collection


def entries() -> Iterator[Any]:
    """One after the other over all terms; short texts, since indexing never reads them but the last."""
    from terms_tracker.archive import Entry

    padding = "a paragraph that stays the same from one version to the next\n\n" * 40
    for number in range(COMMITS):
        service, terms_type = divmod(number % TERMS, 2)
        yield Entry(
            service=f"Service {service}",
            terms_type=TYPES[terms_type],
            content=f"Terms\n=====\n\nVersion {number} of the text.\n\n{padding}",
            fetched_at=START + timedelta(minutes=80 * number),
            snapshot_ids=(f"{number:040x}",),
        )


def add_long_history(collection: Any) -> list[str]:
    """Changes of a document of 60 KB; gives the commits."""
    from terms_tracker import archives
    from terms_tracker.archive import Entry
    from terms_tracker.services import indexing

    chance = random.Random(5)
    words = [f"{chance.choice('bcdfglmnprst')}{chance.choice('aeiou')}{n % 977}" for n in range(3000)]
    lines = [" ".join(chance.choices(words, k=60)) for _ in range(165)]
    for at in range(0, len(lines), 12):
        lines[at] = f"{at}. A heading\n-----------"
    terms = indexing.terms_for(collection, "Service 0", TYPES[0])
    archive, commits = archives.archive_of(collection, archives.VERSIONS), []
    for number in range(CHANGES + 1):
        for _ in range(12):
            changed = lines[chance.randrange(1, 12) + 12 * chance.randrange(13)].split()
            changed[chance.randrange(1, len(changed) - 3) :][:3] = chance.choices(words, k=3)
            lines[chance.randrange(1, 12) + 12 * chance.randrange(13)] = " ".join(changed)
        text = "\n\n".join(lines)
        at = START + timedelta(minutes=80 * (COMMITS + number))
        record = archive.record(Entry(service="Service 0", terms_type=TYPES[0], content=text, fetched_at=at))
        if record:
            indexing.add_version(terms, record, text)
            commits.append(record.sha)
    return commits[1:]


def measure_pages(table: Table, commits: list[str]) -> None:
    """From a real web server, over one connection: the time until the whole page is there."""
    from django.core.cache import cache

    port = free_port()
    with running(
        *("-W", "ignore::UserWarning"),
        "-m",
        "uvicorn",
        "disinfo.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "error",
    ) as web:
        connection = wait_for(port)

        def timed(
            name: str, paths: list[str], *, has_bar: bool, before: Callable[[], object] = lambda: None
        ) -> None:
            times = []
            for path in paths:
                before()
                began = time.perf_counter()
                fetch(connection, path)
                times.append((time.perf_counter() - began) * 1000)
            median = statistics.median(times)
            measured = f"{median:.0f} ms (max {max(times):.0f})"
            if has_bar:
                table.row(name, measured, "< 100 ms", is_met=median < 100)
            else:
                table.row(name, measured)

        changes = [f"/terms/change/{commit}/" for commit in commits]
        timed("home, figures counted each time", ["/"] * REPEATS, has_bar=False, before=cache.clear)
        timed("home", ["/"] * REPEATS, has_bar=False)
        timed("list of 440 services", ["/terms/"] * REPEATS, has_bar=True)
        timed("list, page 5", ["/terms/?page=5"] * REPEATS, has_bar=True)
        timed("list, words and health", ["/terms/?q=12&health=ok"] * REPEATS, has_bar=False)
        timed("all changes, last page", ["/terms/changes/?page=9999"] * REPEATS, has_bar=False)
        timed("a service", [f"/terms/large/service-{n}/" for n in range(REPEATS)], has_bar=False)
        timelines = [f"/terms/large/service-{n}/terms-of-service/" for n in range(REPEATS)]
        timed("timeline", timelines, has_bar=True)
        timed("diff of 60 KB, never asked for", changes, has_bar=True, before=cache.clear)
        timed("diff of 60 KB, asked for before", changes[-1:] * REPEATS, has_bar=True)
        timed("diff of 60 KB, side by side", [f"{changes[-1]}?view=side"] * REPEATS, has_bar=True)
        versions = [f"/terms/version/{commit}/" for commit in commits]
        timed("version of 60 KB, never asked for", versions, has_bar=False, before=cache.clear)
        timed("version of 60 KB, asked for before", versions[-1:] * REPEATS, has_bar=False)
        timed("feed", ["/terms/feed/"] * REPEATS, has_bar=False)
        connection.close()
        table.row("memory of the web process, peak", f"{peak_megabytes(web.pid):.0f} MB")


def wait_for(port: int) -> HTTPConnection:
    """A connection to a server that is starting."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(300):
        try:
            fetch(connection, "/health/live")
        except OSError:
            connection.close()
            time.sleep(0.1)
        else:
            return connection
    raise SystemExit("the web server does not answer")


def fetch(connection: HTTPConnection, path: str) -> None:
    """Read a page to its end."""
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")


def get(address: tuple[str, int], path: str) -> None:
    """Read a page once."""
    connection = HTTPConnection(*address, timeout=30)
    fetch(connection, path)
    connection.close()


def peak_megabytes(pid: int) -> float:
    """What Linux noted as the most memory a process had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> int:
    """Measure all, and say what was missed."""
    table, port = Table(), free_port()
    options = {"DISINFO_FETCH_HOST_DELAY_MS": "0", "DISINFO_FETCH_ALLOW": f"127.0.0.0/8:{port}"}
    with portal(**options):
        from django.core.management import call_command
        from django.db import connection

        about = (
            f"({connection.vendor}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before we began)"
        )
        print(f"{'figure':<58} {'measured':>22}  {'bar':<14} {about}")
        measure_passes(table, port)
        collection = fill_archive()
        began = time.perf_counter()
        call_command("terms_reindex", "--collection", "large", stdout=io.StringIO())
        table.row(f"terms_reindex, {COMMITS:,} commits", f"{time.perf_counter() - began:.1f} s")
        measure_pages(table, add_long_history(collection))
    if table.missed:
        print("missed: " + "; ".join(table.missed))
    return 1 if table.missed and "--report" not in sys.argv else 0


if __name__ == "__main__":
    if "--archive" in sys.argv:
        from benchmarks import terms_history

        sys.exit(terms_history.main())
    sys.exit(work() if "--work" in sys.argv else main())
