"""What a check does when the machine lets it down: a locked database, a full disk, a clock that jumps."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from disinfo import fetcher
from disinfo.leases import Hold
from terms_tracker.archive import Archive
from terms_tracker.models import Terms, Version
from terms_tracker.services import declarations, tracking
from tests.chaos.portals import ROOT, Portal, portal
from tests.factories import CollectionFactory
from tests.servers import Answer, Server, serving

pytestmark = pytest.mark.chaos

LOCKED_SECONDS = 10
PASS_WITH_LITTLE_ROOM = """
import resource, signal
resource.setrlimit(resource.RLIMIT_FSIZE, (240_000, 240_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from terms_tracker.models import Terms
from terms_tracker.services import tracking
summary = tracking.run_pass(Terms.objects.tracked())
print(summary.checked, summary.failed)
"""


def page(number: int, size: int = 0) -> Answer:
    # Random letters, which do not get smaller when they are packed.
    noise = os.urandom(size // 2).hex()
    return Answer(
        f"<html><main><h1>Terms</h1><p>Text {number}.</p><p>{noise}</p></main></html>", etag=f'"{number}"'
    )


@pytest.fixture
def site():
    with serving() as server:
        for place in range(5):
            server.answers[f"/{place}"] = page(1)
        yield server
        fetcher.close()


@pytest.fixture
def quiet(tmp_path, site):
    """A portal of which nothing runs but the commands that a test gives; it tracks the site."""
    options = {"DISINFO_FETCH_ALLOW": site.address, "DISINFO_FETCH_HOST_DELAY_MS": "0"}
    with portal(tmp_path, **options, TERMS_INTERVAL_FLOOR_SECONDS="1", DISINFO_LOG_LEVEL="ERROR") as made:
        made.manage("migrate", "-v0")
        folder = tmp_path / "declarations"
        folder.mkdir()
        terms = {f"Terms {n}": {"fetch": site.url(f"/{n}"), "select": "main"} for n in range(5)}
        (folder / "Chirper.json").write_text(json.dumps({"name": "Chirper", "terms": terms}))
        made.manage("terms_declarations_import", str(folder))
        made.manage("terms_track")
        yield made


def versions(made: Portal) -> int:
    """How many there are, and that the archive and the rows agree on it."""
    with Archive(made.var / "archives" / "main" / "versions.git") as archive:
        assert archive.fsck().is_sound
        commits = sorted(record.sha for record in archive.log())
    assert commits == sorted(row[0] for row in made.rows('SELECT "commit" FROM terms_tracker_version'))
    return len(commits)


def change_all(site: Server, number: int, size: int = 0) -> None:
    for place in range(5):
        site.answers[f"/{place}"] = page(number, size)


def test_a_database_locked_for_ten_seconds_loses_nothing(quiet, site):
    assert versions(quiet) == 5
    change_all(site, 2)
    with closing(sqlite3.connect(quiet.var / "disinfo.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        command = [sys.executable, "manage.py", "terms_track"]
        with subprocess.Popen(
            command, cwd=ROOT, env=quiet.environment, stdout=subprocess.PIPE, text=True
        ) as check:
            time.sleep(LOCKED_SECONDS)
            assert check.poll() is None
            other.execute("ROLLBACK")
            said, _ = check.communicate(timeout=240)
    assert "5 checked, 5 changed, 0 failed" in said
    assert versions(quiet) == 10


def test_a_full_disk_fails_cleanly_and_goes_on_afterwards(quiet, site):
    change_all(site, 2, size=800_000)
    said = quiet.manage("shell", "-c", PASS_WITH_LITTLE_ROOM)
    assert "5 5" in said, said
    assert versions(quiet) == 5
    [(failing,)] = quiet.rows("SELECT count(*) FROM terms_tracker_terms WHERE error_code = 'internal'")
    assert failing == 5
    assert "5 checked, 5 changed, 0 failed" in quiet.manage("terms_track")
    assert versions(quiet) == 10


@pytest.mark.django_db
class TestAClockThatJumps:
    """A machine that started with the wrong date, and was put right (or the other way round)."""

    @pytest.fixture
    def terms(self, site, settings):
        settings.FETCH_ALLOW, settings.FETCH_HOST_DELAY_MS = [site.address], 0
        declaration = {"name": "Chirper", "terms": {"Terms": {"fetch": site.url("/0"), "select": "main"}}}
        declarations.save_service(
            collection=CollectionFactory(), key="Chirper", declaration=declaration, actor=None
        )
        return Terms.objects.get()

    @pytest.mark.parametrize("days", [1, 3650])
    def test_back_to_the_right_time_what_is_tracked_is_checked_at_once(self, terms, days, site):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            tracking.check_hosts([terms.host])
        site.answers["/0"] = page(2)
        fetcher.close()
        assert tracking.sweep() == 1
        summary = tracking.check_hosts([terms.host])
        assert (summary.checked, summary.changed) == (1, 1)
        assert Terms.objects.due().count() == 0

    def test_forward_it_is_due_and_no_more_than_once(self, terms):
        tracking.check_hosts([terms.host])
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            assert tracking.check_hosts([terms.host]).checked == 1
            assert tracking.check_hosts([terms.host]).checked == 0
        assert Version.objects.count() == 1

    def test_a_lease_that_a_killed_worker_took_in_the_future_is_nobodys(self, terms):
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            Hold(f"terms-host:{terms.host}", seconds=30)
        assert tracking.sweep() == 1
        assert tracking.check_hosts([terms.host]).checked == 1
