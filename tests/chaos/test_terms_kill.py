"""Twenty kills in the middle of passes over texts that keep changing: nothing lost, nothing twice."""

import json
import os
import random
import signal
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import pytest

from terms_tracker.archive import Archive
from tests.chaos.portals import PATIENCE, Portal, eventually, portal
from tests.servers import Answer, Request, Server, serving

pytestmark = pytest.mark.chaos

HOSTS, PAGES = 6, 10
VICTIMS = [" worker "] * 7 + ["child"] * 4 + ["valkey"] * 4 + ["uvicorn"] * 3 + [" beat "] * 2
PADDING = "".join(f"<p>Clause {n} stays what it was, word for word.</p>" for n in range(60))


@dataclass
class Site:
    """Sixty texts on six servers, each with its number; `freeze` stops them changing."""

    servers: list[Server]
    numbers: dict[str, int] = field(default_factory=dict)
    is_frozen: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        for place, server in enumerate(self.servers):
            for page in range(PAGES):
                key = f"{place}-{page}"
                self.numbers[key] = 1
                server.answers[f"/{page}"] = lambda _request, key=key: self.answer(key)
        self.thread = threading.Thread(target=self._keep_changing)
        self.thread.start()

    def answer(self, key: str) -> Answer:
        number = self.numbers[key]
        return Answer(
            f"<html><main><h1>Terms {key}</h1><p>Text {number}.</p>{PADDING}</main></html>",
            etag=f'"{number}"',
        )

    def freeze(self) -> None:
        self.is_frozen.set()
        self.thread.join()

    def _keep_changing(self) -> None:
        chance = random.Random(1)
        while not self.is_frozen.wait(0.05):
            self.numbers[chance.choice(list(self.numbers))] += 1


@pytest.fixture
def site():
    with ExitStack() as stack:
        made = Site([stack.enter_context(serving()) for _ in range(HOSTS)])
        stack.callback(made.freeze)
        yield made


@pytest.fixture
def receiver():
    """A partner's server that notes what it is told."""
    told: list[tuple[str, str]] = []

    def hear(request: Request) -> Answer:
        told.append((request.headers["X-Disinfo-Delivery"], json.loads(request.body)["data"]["commit"]))
        return Answer()

    with serving() as server:
        server.answers["/hook"] = hear
        server.told = told
        yield server


@pytest.fixture
def tracking(tmp_path, site, receiver):
    """A running portal that tracks the site and tells the receiver."""
    allowed = [server.address for server in [*site.servers, receiver]]
    with portal(
        tmp_path,
        DISINFO_FETCH_ALLOW=",".join(allowed),
        DISINFO_FETCH_HOST_DELAY_MS="0",
        TERMS_INTERVAL_FLOOR_SECONDS="1",
        TERMS_INTERVAL_CEILING_SECONDS="1",
        TERMS_SWEEP_SECONDS="1",
        TERMS_LEASE_SECONDS="4",
        DISINFO_OUTBOX_LEASE_SECONDS="5",
        DISINFO_LOG_LEVEL="WARNING",
    ) as running:
        running.manage("migrate", "-v0")
        declare(running, site)
        running.manage(
            "shell",
            "-c",
            "from disinfo.portal.models import Webhook;"
            f"Webhook.objects.create(url={receiver.url('/hook')!r}, events=['terms.change'])",
        )
        running.start("up", "--workers", "2", "--concurrency", "1")
        running.wait_until_ready()
        yield running


def declare(running: Portal, site: Site) -> None:
    folder = running.var / "declarations"
    folder.mkdir()
    for place, server in enumerate(site.servers):
        terms = {f"Terms {n}": {"fetch": server.url(f"/{n}"), "select": "main"} for n in range(PAGES)}
        (folder / f"Service {place}.json").write_text(
            json.dumps({"name": f"Service {place}", "terms": terms})
        )
    assert f"{HOSTS * PAGES} terms, 0 files refused" in running.manage(
        "terms_declarations_import", str(folder)
    )


def kill(running: Portal, victims: list[str], chance: random.Random) -> str:
    """SIGKILL to the first of the victims that lives: a program with its whole group, or one child of a worker."""
    for victim in victims:
        word = " worker " if victim == "child" else victim
        programs = running.programs(word)
        pids = (
            [child for pid in programs for child in running.children(pid)] if victim == "child" else programs
        )
        if pids:
            victims.remove(victim)
            pid = chance.choice(pids)
            with suppress(ProcessLookupError):
                (os.kill if victim == "child" else os.killpg)(pid, signal.SIGKILL)
            return victim.strip()
    return ""


def test_twenty_kills_lose_nothing_and_double_nothing(tracking, site, receiver):
    chance = random.Random(random.getrandbits(32))  # pytest-randomly says the seed
    changes = "SELECT count(*) FROM terms_tracker_version WHERE kind = 'change'"
    eventually(lambda: tracking.rows(changes)[0][0] > 20, within=PATIENCE, what="the first changes")
    victims = VICTIMS.copy()
    chance.shuffle(victims)
    while victims:
        time.sleep(chance.uniform(0.1, 1.4))
        kill(tracking, victims, chance)
    site.freeze()
    settle(tracking, site, receiver)
    for path in ("/", "/terms/", "/terms/changes/", "/terms/main/service-1/terms-1/", a_change(tracking)):
        assert tracking.status(path) == 200, path
    assert tracking.stop() == 0
    check_archives(tracking, site)
    check_told(tracking, receiver)


def settle(running: Portal, site: Site, receiver: Server) -> None:
    """Until every text was checked again since the last change, every commit indexed, and everything told."""
    frozen_at = running.rows("SELECT datetime('now', '+2 seconds')")[0][0]
    behind = "SELECT count(*) FROM terms_tracker_terms WHERE last_success_at IS NULL OR last_success_at < ?"
    eventually(
        lambda: not running.rows(behind, frozen_at)[0][0],
        within=PATIENCE,
        what="a whole pass after the kills",
    )
    eventually(lambda: is_indexed(running), within=PATIENCE, what="the archives indexed")
    waiting = "SELECT count(*) FROM portal_outboxmessage WHERE state != 'sent'"
    eventually(lambda: not running.rows(waiting)[0][0], within=PATIENCE, what="everything told")


def is_indexed(running: Portal) -> bool:
    [tips] = running.rows("SELECT snapshots_indexed, versions_indexed FROM terms_tracker_collection")
    heads = []
    for kind in ("snapshots", "versions"):
        with Archive(running.var / "archives" / "main" / f"{kind}.git") as archive:
            heads.append(archive.head())
    return list(tips) == heads


def a_change(running: Portal) -> str:
    [(commit,)] = running.rows("SELECT \"commit\" FROM terms_tracker_version WHERE kind = 'change' LIMIT 1")
    return f"/terms/change/{commit}/"


def check_archives(running: Portal, site: Site) -> None:
    for kind in ("snapshots", "versions"):
        with Archive(running.var / "archives" / "main" / f"{kind}.git") as archive:
            assert archive.fsck().is_sound
            records = list(archive.log())
            rows = running.rows(f'SELECT "commit" FROM terms_tracker_{kind[:-1]}')  # noqa: S608 (one of two words)
            assert sorted(row[0] for row in rows) == sorted(record.sha for record in records)
            last: dict[str, str] = {}
            for record in records:
                assert last.get(record.path) != record.blob, f"recorded twice: {record.path} {record.sha}"
                last[record.path] = record.blob
            newest = {record.path: record for record in records}
            texts = {path: archive.read(record.sha, path).decode() for path, record in newest.items()}
        for key, number in site.numbers.items():
            place, page = key.split("-")
            extension = "md" if kind == "versions" else "html"
            assert f"Text {number}." in texts[f"Service {place}/Terms {page}.{extension}"]
        assert len(texts) == HOSTS * PAGES
    check_order(running)


def check_order(running: Portal) -> None:
    """Texts only ever went forward: a later version never says an earlier number."""
    with Archive(running.var / "archives" / "main" / "versions.git") as archive:
        last: dict[str, int] = {}
        for record in archive.log():
            text = archive.read(record.sha, record.path).decode()
            number = int(text.partition("Text ")[2].partition(".")[0])
            assert number > last.get(record.path, 0), f"{record.path} went back to {number}"
            last[record.path] = number


def check_told(running: Portal, receiver: Server) -> None:
    rows = running.rows("SELECT \"commit\" FROM terms_tracker_version WHERE kind = 'change'")
    deliveries = dict(receiver.told)
    assert sorted(deliveries.values()) == sorted(row[0] for row in rows)
    # Once more only where a worker died between a sending and its note of it.
    assert len(receiver.told) - len(deliveries) <= len(VICTIMS)
