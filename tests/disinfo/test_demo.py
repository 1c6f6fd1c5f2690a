"""A demo asks its workers for the files to take away, which otherwise come after a day or a week."""

from kombu.exceptions import OperationalError

from disinfo import schedule
from disinfo.celery import app
from disinfo.portal.management.commands import demo


def test_what_writes_files_is_what_the_schedule_runs():
    assert set(schedule.FILES) <= {entry["task"] for entry in schedule.periodic_tasks(60).values()}


def test_the_workers_of_a_demo_are_asked_for_the_files(monkeypatch):
    asked = []
    monkeypatch.setattr(app, "send_task", lambda name, **_options: asked.append(name))
    demo.ask_for_files()
    assert asked == list(schedule.FILES)


def test_a_demo_whose_broker_is_away_starts_all_the_same(monkeypatch, caplog):
    def refuse(_name, **_options):
        raise OperationalError("away")

    monkeypatch.setattr(app, "send_task", refuse)
    demo.ask_for_files()
    assert "no files to take away yet" in caplog.text


def test_a_demo_may_fetch_its_own_pages_beside_what_was_allowed_already(monkeypatch):
    assert demo.allowed("127.0.0.1:8000") == "127.0.0.1:8000"
    monkeypatch.setenv("DISINFO_FETCH_ALLOW", "git.example:8080, 127.0.0.1:8000")
    assert demo.allowed("127.0.0.1:8000") == "git.example:8080,127.0.0.1:8000"
