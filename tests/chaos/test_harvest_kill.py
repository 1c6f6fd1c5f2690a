"""A crawl killed again and again: nothing lost, nothing doubled, every cent counted."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.botdetect.fake_x import FIRST_USER, FakeX

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).parents[2]
SEEDED = """
from decimal import Decimal
from botdetect.services import collections
from botdetect.services.harvests import asking, performing
made = collections.create(name="Crawl", source="x", purpose="", organisation=None, actor=None)
harvest = asking.ask(collection=made, kind="crawl", asked={"accounts": ["@person0"], "most_depth": 1,
    "rule": {"newest_days": None}}, most_money=Decimal(1000), actor=None, is_queued=False)
performing.perform(harvest=harvest)
asking.start(harvest=harvest, most_money=Decimal(1000), actor=None, is_queued=False)
"""
GOING_ON = """
from botdetect.models import Harvest
from botdetect.services.harvests import performing
performing.perform(harvest=Harvest.objects.get())
"""
FOLLOWERS, SECOND = 600, 40


@pytest.fixture
def x():
    """A seed with six hundred followers that look dormant, of whom the first forty have three each."""
    fake = FakeX(page=10)
    for number in range(FOLLOWERS + 1):
        fake.person(number, metrics={"followers_count": FOLLOWERS if number == 0 else 3})
    fake.follows = {str(FIRST_USER + number): [str(FIRST_USER)] for number in range(1, FOLLOWERS + 1)}
    for number in range(3 * SECOND):
        fake.follows[str(FIRST_USER + 100 + number)].append(str(FIRST_USER + 1 + number // 3))
    with fake.serving():
        yield fake


def test_a_crawl_that_is_killed_loses_and_doubles_nothing_and_forgets_no_money(x, tmp_path):
    environment = os.environ | {
        "DISINFO_VAR": str(tmp_path),
        "DATABASE_URL": "",
        "DISINFO_FETCH_ALLOW": x.address.removeprefix("http://"),
        "DISINFO_FETCH_HOST_DELAY_MS": "0",
        "BOTS_X_API": x.address,
        "BOTS_X_TOKEN": "hush",
        "BOTS_X_MONTH_BUDGET": "1000",
    }

    def manage(*arguments):
        return subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment)

    assert manage("migrate", "-v0").wait() == 0
    assert manage("shell", "-v0", "-c", SEEDED).wait() == 0
    chance, kills = random.Random(20261122), 0
    with closing(sqlite3.connect(tmp_path / "disinfo.sqlite3", timeout=30)) as database:

        def one(query):
            return database.execute(query).fetchone()

        while one("SELECT state FROM botdetect_harvest") == ("running",):
            before = len(x.requests)
            worker = manage("shell", "-v0", "-c", GOING_ON)
            wanted = before + chance.randint(1, 60)
            while worker.poll() is None and len(x.requests) < wanted:
                time.sleep(0.001)
            if worker.poll() is None:
                time.sleep(chance.uniform(0, 0.03))
                os.kill(worker.pid, signal.SIGKILL)
                kills += 1
            worker.wait()
            # As when the time of the killed worker's lease has passed.
            database.execute("DELETE FROM portal_lease")
            database.commit()
        assert kills >= 5
        state, spent, calls = one("SELECT state, spent_micros, calls FROM botdetect_harvest")
        month = one("SELECT micros, calls FROM botdetect_spending")
    assert state == "done"
    # Each is counted before it goes out: a kill in between leaves one counted that never went.
    assert calls == month[1]
    assert len(x.requests) <= calls <= len(x.requests) + kills
    assert spent == month[0] >= 10_000 * (x.billed["user"] + x.billed["follow"]), "never less than was billed"
    rows = pyarrow.parquet.read_table(next(tmp_path.glob("media/botdetect/*/events.parquet"))).to_pylist()
    pairs = [(row["account"], row["object"]) for row in rows]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(who, whom) for who, followed in x.follows.items() for whom in followed}
