"""`manage.py up` and `manage.py demo` as a user starts them: real processes on a folder of their own."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.chaos.portals import PATIENCE, Portal, eventually, free_port, portal

pytestmark = pytest.mark.chaos

NOTHING_IS_DUE = "UPDATE terms_tracker_terms SET next_check_at = '2099-01-01 00:00:00'"
PAGE = "UPDATE terms_tracker_demopage SET body = 'What a user wrote.' WHERE slug = 'chirper-terms'"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo that runs while the tests of this file do."""
    with portal(tmp_path_factory.mktemp("demo"), DISINFO_LOG_LEVEL="WARNING") as running:
        running.start("demo", "--concurrency", "1")
        running.wait_until_ready()
        eventually(lambda: "Ctrl-C stops" in running.said(), within=PATIENCE, what="the announcement")
        yield running


def test_the_first_page_answers_and_the_logins_are_said(demo):
    status, body = demo.get("/")
    assert status == 200
    assert "/terms/" in body
    said = demo.said()
    assert f"The portal is open: http://127.0.0.1:{demo.port}/" in said
    assert "editor@demo.example" in said
    assert password_of(demo) in said


def test_the_doctor_finds_it_well(demo):
    said = demo.manage("doctor")
    for part in ("database", "broker", "worker", "disk", "git"):
        assert re.search(rf"ok\s+{part}:", said), said


def test_a_second_start_on_the_same_folder_is_refused(demo):
    said = demo.manage("up", "--port", str(free_port()), code=1)
    assert f"A portal is already running on {demo.var}" in said
    assert "Traceback" not in said
    assert demo.status("/") == 200


def test_a_taken_port_is_said_with_what_to_do(demo, tmp_path):
    with portal(tmp_path) as other:
        said = other.manage("up", "--port", str(demo.port), code=1)
        assert f"Port {demo.port} of 127.0.0.1 cannot be used" in said
        assert f"PORT={demo.port + 1}" in said
        assert other.processes() == {}


@pytest.mark.parametrize("word", ["uvicorn", " worker ", " beat ", "valkey"])
def test_a_killed_program_is_started_again(demo, word):
    [before] = eventually(lambda: demo.programs(word), within=PATIENCE, what=f"{word} runs")
    os.killpg(before, signal.SIGKILL)
    [after] = eventually(
        lambda: [pid for pid in demo.programs(word) if pid != before],
        within=PATIENCE,
        what=f"{word} runs again",
    )
    assert after != before
    demo.wait_until_ready()


def test_the_button_of_the_demo_leads_to_a_change_in_the_feed(demo):
    demo.wait_until_ready()
    before = demo.get("/terms/feed/")[1].count("<entry>")
    with logged_in(demo, "editor@demo.example") as browser:
        page = browser.get("/terms/demo/")
        form = {"csrfmiddlewaretoken": token_in(page.text), "sample": "1"}
        answer = browser.post("/terms/demo/chirper-terms/change/", data=form)
        assert answer.status_code == 200, answer.text[:500]
    feed = eventually(
        lambda: (text := demo.get("/terms/feed/")[1]).count("<entry>") > before and text,
        within=PATIENCE,
        what="the change in the feed",
        every=1,
    )
    change = re.search(r"http://[^<\"]+(/terms/change/[0-9a-f]{40}/)", feed)[1]
    status, body = demo.get(change)
    assert status == 200
    assert "<ins>" in body


def test_everything_comes_back_from_a_backup_and_ctrl_c_leaves_nothing(demo, tmp_path):
    paths = ["/terms/", "/terms/changes/", a_change_of(demo)]
    before = eventually(
        lambda: pages_at_rest(demo, paths, tmp_path / "backup"),
        within=PATIENCE,
        what="a backup while nothing changes",
    )
    # An empty folder: what a machine has after everything was lost.
    with portal(tmp_path / "var", DISINFO_DEMO="1", DISINFO_LOG_LEVEL="WARNING") as other:
        other.var.mkdir()
        other.environment["DISINFO_SITE_URL"] = demo.environment["DISINFO_SITE_URL"]
        other.manage("restore", str(tmp_path / "backup"), "--yes")
        # Its own workers may not read the demo's pages, and would say so on the page that is compared.
        other.write(NOTHING_IS_DUE)
        other.start("up", "--concurrency", "1")
        other.wait_until_ready()
        assert [main_part(other.get(path)[1]) for path in paths] == before
        assert len(other.processes()) > 4
        assert other.stop() == 0
        assert other.processes() == {}
        assert "Traceback" not in other.said()


def test_nothing_is_left_when_the_supervisor_itself_is_killed(tmp_path):
    with portal(tmp_path, DISINFO_LOG_LEVEL="WARNING") as running:
        running.manage("migrate", "-v0")
        running.start("up", "--concurrency", "1")
        eventually(lambda: running.status("/health/live") == 200, within=PATIENCE, what="a first answer")
        running.process.kill()
        running.process.wait()
        eventually(lambda: running.processes() == {}, within=PATIENCE, what="no process left")


def test_loading_the_demo_twice_keeps_what_a_user_wrote(tmp_path):
    with portal(tmp_path) as quiet:
        said = quiet.manage("demo", "--no-start", "--port", str(quiet.port))
        assert "broker" not in said, "it starts later: that is no fault to tell"
        quiet.write(PAGE)
        counted = "SELECT (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM terms_tracker_version)"
        before = quiet.rows(counted)
        quiet.manage("demo", "--no-start", "--port", str(quiet.port))
        assert quiet.rows(counted) == before
        [(body,)] = quiet.rows("SELECT body FROM terms_tracker_demopage WHERE slug = 'chirper-terms'")
        assert body == "What a user wrote."


def password_of(running: Portal) -> str:
    return (running.var / "demo-password").read_text()[:16]


@contextmanager
def logged_in(running: Portal, email: str) -> Iterator[httpx.Client]:
    address = f"http://127.0.0.1:{running.port}"
    with httpx.Client(base_url=address, follow_redirects=True, timeout=30) as browser:
        form = {
            "csrfmiddlewaretoken": token_in(browser.get("/accounts/login/").text),
            "login": email,
            "password": password_of(running),
        }
        answer = browser.post("/accounts/login/", data=form)
        assert "sessionid" in browser.cookies, answer.text[:2000]
        yield browser


def token_in(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def a_change_of(running: Portal) -> str:
    return re.search(r"/terms/change/[0-9a-f]{40}/", running.get("/terms/changes/")[1])[0]


def pages_at_rest(running: Portal, paths: list[str], backup: Path) -> list[str]:
    """What these pages say, when they say it before and after a backup is made; else nothing, for the workers go on."""
    before = [main_part(running.get(path)[1]) for path in paths]
    shutil.rmtree(backup, ignore_errors=True)
    running.manage("backup", str(backup))
    return before if before == [main_part(running.get(path)[1]) for path in paths] else []


def main_part(page: str) -> str:
    """A page without its head and foot, and without the figures that go on while the portal runs."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    return re.sub(r'<dl class="figures">.*?</dl>', "", main, flags=re.DOTALL)
