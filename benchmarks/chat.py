"""Rooms under load: `python -m benchmarks.chat [streams|steady|idle|storm|writers|million]`, all without a word.

A real web server in its own process, clients and who posts in others, on this machine's loopback. Each figure stands
beside its bar; with DATABASE_URL the database is PostgreSQL, else SQLite.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks._portal import ROOT, free_port, line_of, portal, running, tell

MISSED: list[str] = []


def figure(what: str, value: float, bar: float, unit: str, *, most: bool) -> None:
    """Print a figure beside its bar."""
    is_met = value <= bar if most else value >= bar
    sign = "≤" if most else "≥"
    print(
        f"  {what:<58} {value:>10,.1f} {unit:<6} ({sign} {bar:,g}) {'ok' if is_met else 'MISSED'}", flush=True
    )
    if not is_met:
        MISSED.append(what)


def load() -> str:
    """How busy the machine is."""
    return "load " + " ".join(f"{each:.1f}" for each in os.getloadavg())


class Web:
    """The web server under test."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port = process, port

    def cpu(self) -> float:
        """CPU seconds it has used (proc(5), fields 14 and 15)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def database_files(self) -> int:
        """How many times it has the SQLite file open."""
        names = []
        for each in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                names.append(str(each.readlink()))
            except OSError:
                continue
        return sum(name.endswith(".sqlite3") for name in names)


@contextmanager
def web() -> Iterator[Web]:
    """A web server on a free port."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    port = free_port()
    command = [*(sys.executable, "-m", "uvicorn", "disinfo.asgi:application", "--port", str(port))]
    environment = os.environ | {"DISINFO_API_RATE_TOKEN": "1000000/min", "ALLOWED_HOSTS": "127.0.0.1"}
    process = subprocess.Popen(
        [*command, "--no-access-log", "--log-level", "error", "--backlog", "4096"], cwd=ROOT, env=environment
    )
    try:
        while True:
            try:
                HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/health/live")
                break
            except OSError:
                time.sleep(0.1)
        yield Web(process, port)
    finally:
        process.kill()
        process.wait()


def world(count: int) -> tuple[Any, list[str], str]:
    """A room, `count` people of one organisation in it with a session each, and a token that posts."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from collaborate.models import Participant, Room
    from collaborate.services import rooms
    from disinfo.accounts.models import Membership, Organisation, User
    from disinfo.accounts.services import create_token

    store = import_module(settings.SESSION_ENGINE).SessionStore
    organisation = Organisation.objects.create(name="Bench", slug="bench", status="vetted")
    people = User.objects.bulk_create([User(email=f"p{n}@b.example", name=f"P{n}") for n in range(count)])
    Membership.objects.bulk_create(
        [Membership(organisation=organisation, user=user, role="editor") for user in people]
    )
    room = rooms.create(creator=people[0], name="Bench", kind=Room.Kind.PUBLIC)
    Participant.objects.bulk_create([Participant(room=room, user=user) for user in people[1:]])
    _token, secret = create_token(user=people[0], name="bench", scopes=("read", "collaborate:write"))
    cookies = []
    for user in people:
        session = store()
        session.update(
            {
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
        )
        session.save(must_create=True)
        cookies.append(session.session_key)
    return room, cookies, secret


def post_for(server: Web, room: Any, secret: str, *, rate: float, seconds: float) -> int:
    """Post at a steady rate whatever the answers take, over a few kept connections; gives how many were accepted."""
    accepted = []
    kept = threading.local()
    path = f"/api/v1/collaborate/rooms/{room.slug}/messages/"
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def one(_number: int) -> None:
        if not hasattr(kept, "http"):
            kept.http = HTTPConnection("127.0.0.1", server.port, timeout=60)
        words = f"sent={time.time():.6f} {'some words of a message about an attack ' * 3}"
        kept.http.request("POST", path, json.dumps({"text": words}), headers)
        answer = kept.http.getresponse()
        answer.read()
        if answer.status == 201:
            accepted.append(1)

    with ThreadPoolExecutor(8) as pool:
        start = time.monotonic()
        for number in range(int(rate * seconds)):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            pool.submit(one, number)
    return len(accepted)


def streams() -> None:
    """A thousand people in one room, ten and twenty messages a second."""
    _listen(1000, ((10, 300), (20, 600)), 10)


def steady() -> None:
    """Two hundred, fifty messages a second for a minute."""
    _listen(200, ((50, 60),), 60)


def _listen(clients: int, rates: tuple[tuple[int, int], ...], seconds: int) -> None:
    with portal(), web() as server:
        room, cookies, secret = world(clients)
        with running("-m", "benchmarks._listeners", str(server.port), room.slug) as listeners:
            tell(listeners, " ".join(["200", *cookies]))
            line_of(listeners)
            for rate, bar in rates:
                _measure(server, listeners, room, secret, clients, rate, seconds, bar)


def _measure(
    server: Web, listeners: Any, room: Any, secret: str, clients: int, rate: int, seconds: int, bar: int
) -> None:
    print(f"{clients} clients, {rate} messages/s for {seconds} s ({load()})")
    post_for(server, room, secret, rate=5, seconds=1)
    time.sleep(2)
    tell(listeners, "report")
    line_of(listeners)
    cpu = server.cpu()
    accepted = post_for(server, room, secret, rate=rate, seconds=seconds)
    time.sleep(3)
    tell(listeners, "report")
    came = json.loads(line_of(listeners))
    spent = server.cpu() - cpu
    latencies = sorted(came["latencies"]) or [10**9]
    figure("messages accepted", accepted, rate * seconds, "", most=False)
    figure("deliveries lost", accepted * clients - came["count"], 0, "", most=True)
    figure("deliveries out of order or twice", came["wrong"], 0, "", most=True)
    figure("p95", latencies[int(len(latencies) * 0.95)], bar, "ms", most=True)
    print(f"  {'p50':<58} {statistics.median(latencies):>10,.1f} ms")
    if clients >= 1000:
        figure("web process", server.memory(), 200, "MB", most=True)
        figure("deliveries per CPU second, posting included", came["count"] / spent, 15_000, "", most=False)


def idle() -> None:
    """Streams that wait."""
    with portal(), web() as server:
        room, cookies, _secret = world(5000)
        with running("-m", "benchmarks._listeners", str(server.port), room.slug) as listeners:
            tell(listeners, " ".join(["400", *cookies]))
            took = line_of(listeners)
            time.sleep(8)
            print(f"5,000 idle streams on one process ({load()}, {took.strip()} s)")
            figure("web process", server.memory(), 250, "MB", most=True)
            figure("database connections held", _held(server), 0, "", most=True)


def _held(server: Web) -> int:
    """Connections of the web process to the database; the hub's own look every few seconds may show as one."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return min(server.database_files() for _ in range(20) if not time.sleep(0.05))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"
        )
        return int(cursor.fetchone()[0])


def storm() -> None:
    """Everybody connects at once."""
    with portal(), web() as server:
        room, cookies, _secret = world(1000)
        with running("-m", "benchmarks._listeners", str(server.port), room.slug) as listeners:
            tell(listeners, " ".join(["200", *cookies]))
            took = float(line_of(listeners).split()[1])
            print(f"connect storm: 1,000 clients in 5 s ({load()})")
            figure("all served after", took, 10, "s", most=True)


def writers() -> None:
    """Six who write in one room, each in a process of its own."""
    with portal():
        from django.db import connection

        room, _cookies, _secret = world(6)
        seconds = 8.0
        print(f"6 writers in one room, {connection.vendor} ({load()})")
        command = ("-m", "benchmarks.chat", "writer", str(room.pk), str(seconds))
        with ExitStack() as stack:
            everybody = [stack.enter_context(running(*command)) for _ in range(6)]
            for one in everybody:
                line_of(one)
            for one in everybody:
                tell(one, "go")
            written = sum(int(line_of(one)) for one in everybody)
        numbers = list(room.messages.order_by("number").values_list("number", flat=True))
        figure(
            "accepted a second",
            written / seconds,
            1000 if connection.vendor == "postgresql" else 200,
            "",
            most=False,
        )
        wrong = len(set(range(1, written + 1)) ^ set(numbers)) + len(numbers) - len(set(numbers))
        figure("gaps and doubles", wrong, 0, "", most=True)


def writer(room_key: int, seconds: float) -> None:
    """One of them."""
    import django

    django.setup()
    from collaborate.models import Room
    from collaborate.services import posting
    from disinfo.accounts.models import User

    author = User.objects.order_by("?").first()
    room = Room.objects.get(pk=room_key)
    if author is None:
        raise SystemExit("nobody to write")
    print("ready", flush=True)
    sys.stdin.readline()
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        posting.post(room=room, author=author, text=f"message {count} about an attack, in a few words")
        count += 1
    print(count, flush=True)


def million() -> None:
    """A room with very much in it, read by one person."""
    with portal():
        from django.db import connection

        room, cookies, _secret = world(10)
        words = ("attack", "word77", "word5 word9", "word1234", "vid", "nothing", "polling station")
        searches = [f"/collaborate/search/?q={each.replace(' ', '+')}" for each in words]
        for size in (222_000, 1_000_000):
            _fill(room, size)
            print(f"{size:,} messages in one room, {connection.vendor} ({load()})")
            base = f"/collaborate/rooms/{room.slug}/"
            asked = [("search", searches, 30)]
            if size >= 1_000_000:
                above = [f"{base}?before={size // parts}" for parts in range(2, 9)]
                asked = [("open", [base], 100), ("page up", above, 100), ("search", searches, 300)]
            with web() as server:
                for what, paths, bar in asked:
                    took = _asked(server, cookies[1], paths)
                    figure(f"{what}, p95 of {len(took)}", took[int(len(took) * 0.95)], bar, "ms", most=True)
                    print(f"  {'p50; slowest':<58} {statistics.median(took):>10,.1f} ms; {took[-1]:,.1f}")


def _asked(server: Web, cookie: str, paths: list[str]) -> list[float]:
    """How long pages took to their last byte, one after another, in milliseconds, the fastest first."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    took = []
    # The first turn is the server's first look at these pages, as after each start.
    for path in [*paths, *(paths * (60 // len(paths)))]:
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - start) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    connection.close()
    return sorted(took[len(paths) :])


def _fill(room: Any, size: int) -> None:
    import random

    from collaborate.models import Message, Room
    from disinfo.accounts.models import User

    chance = random.Random(7)
    authors = list(User.objects.all())
    start = room.last_number
    for first in range(start + 1, size + 1, 5000):
        rows = []
        for number in range(first, min(first + 5000, size + 1)):
            rare = " ".join(f"word{int(chance.paretovariate(0.5)) % 50_000}" for _ in range(12))
            words = f"attack {rare}" if number % 50 == 0 else rare
            words += " video of a polling station" if number % 997 == 0 else ""
            rows.append(
                Message(
                    room=room,
                    number=number,
                    changed=number,
                    author=chance.choice(authors),
                    text=words,
                    html=f"<p>{words}</p>",
                    words=words,
                )
            )
        Message.objects.bulk_create(rows)
    Room.objects.filter(pk=room.pk).update(last_number=size, clock=size)
    room.refresh_from_db()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    """Those named on the command line, or all."""
    names = sys.argv[1:]
    if names[:1] == ["writer"]:
        writer(int(names[1]), float(names[2]))
        return
    parts = {each.__name__: each for each in (streams, steady, idle, storm, writers, million)}
    if unknown := set(names) - set(parts):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    if len(names) == 1:
        parts[names[0]]()
    else:
        MISSED.extend(each for each in names or parts if not _holds(each))
    if MISSED:
        sys.exit(f"missed: {', '.join(MISSED)}")


def _holds(part: str) -> bool:
    """Whether a part met its bars; it runs in a process of its own, for Django is set up once a process."""
    return (
        subprocess.run([sys.executable, "-m", "benchmarks.chat", part], cwd=ROOT, check=False).returncode == 0
    )


if __name__ == "__main__":
    main()
