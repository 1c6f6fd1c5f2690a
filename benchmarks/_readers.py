"""People who read: pages asked of a real web server by several at once, and how long each took.

Every reader has a connection of its own and turns to a page drawn at random; with a pause between pages, as people
read, or without one, so that as many requests as there are readers are always under way.
"""

import os
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from benchmarks._portal import free_port, running

PATIENCE = 120.0
Paths = Mapping[str, Sequence[str]]


@dataclass
class Web:
    """A web server under test, whose memory is looked at five times a second."""

    port: int
    pid: int
    peak: float = 0.0  # megabytes

    def watch(self, ended: threading.Event) -> None:
        """Note the most memory it has until then.

        Its proportional share (proc(5), Pss): SQLite maps the same pages of its file into memory for each connection,
        and each of them would be counted again as resident.
        """
        while not ended.wait(0.2):
            self.peak = max(self.peak, _megabytes(f"/proc/{self.pid}/smaps_rollup", "Pss"))

    @property
    def resident_peak(self) -> float:
        """What Linux noted as the most pages it had mapped, those of the database once a connection."""
        return _megabytes(f"/proc/{self.pid}/status", "VmHWM")

    @property
    def cpu(self) -> float:
        """CPU seconds it has used (proc(5), fields 14 and 15)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(file: str, name: str) -> float:
    lines = Path(file).read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


@contextmanager
def web() -> Iterator[Web]:
    """The web program of a portal on a free port."""
    port = free_port()
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1"
    arguments = ("disinfo.asgi:application", "--port", str(port), "--no-access-log", "--log-level", "error")
    with running("-W", "ignore::UserWarning", "-m", "uvicorn", *arguments) as process:
        _wait_for(port)
        server, ended = Web(port, process.pid), threading.Event()
        watching = threading.Thread(target=server.watch, args=(ended,))
        watching.start()
        try:
            yield server
        finally:
            ended.set()
            watching.join()


def _wait_for(port: int) -> None:
    for _ in range(600):
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            timed(connection, "/health/live")
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit("the web server does not answer")


def timed(connection: HTTPConnection, path: str) -> float:
    """How long a page took to its last byte, in milliseconds."""
    began = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")
    return (time.perf_counter() - began) * 1000


@dataclass
class Read:
    """What readers waited, in milliseconds, by kind of page."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0

    def lines(self) -> Iterator[tuple[str, float, float]]:
        """For each kind of page its name, its median and its 95th percentile."""
        for name, times in self.times.items():
            yield name, statistics.median(times), statistics.quantiles(times, n=20)[-1]

    @property
    def rate(self) -> float:
        """Pages a second."""
        return sum(map(len, self.times.values())) / self.seconds


def read(server: Web, paths: Paths, *, readers: int, seconds: float, pause: float) -> Read:
    """Have `readers` read for so long, pausing for `pause` seconds on average after each page."""
    found, ends, lock, failed = Read(), time.monotonic() + seconds, threading.Lock(), list[BaseException]()
    kinds = list(paths)

    def one(number: int) -> None:
        chance = random.Random(number)
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        time.sleep(chance.uniform(0, pause))
        try:
            while time.monotonic() < ends:
                kind = chance.choice(kinds)
                took = timed(connection, chance.choice(paths[kind]))
                with lock:
                    found.times[kind].append(took)
                time.sleep(chance.uniform(0.5, 1.5) * pause)
        except BaseException as error:  # noqa: BLE001 - a thread's own; the benchmark ends with it below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(readers)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.monotonic() - began
    if failed:
        sys.exit(f"a reader was turned away: {failed[0]}")
    return found


def meanwhile(server: Web, path: str, other: str) -> tuple[float, list[float]]:
    """How long `path` took, and each turn to `other` by somebody else until then, in milliseconds."""
    took = list[float]()

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        took.append(timed(connection, path))
        connection.close()

    connection, others = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE), list[float]()
    asking = threading.Thread(target=ask)
    asking.start()
    while asking.is_alive():
        others.append(timed(connection, other))
    asking.join()
    connection.close()
    return took[0], others
