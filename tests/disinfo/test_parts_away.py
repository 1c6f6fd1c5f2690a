"""A part that is away takes no page down, and is told by the doctor."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import override_settings

from disinfo import broker, health
from disinfo.celery import send_after_commit
from disinfo.databases import database
from terms_tracker import tasks

AWAY = {
    "default": {"BACKEND": "disinfo.cache.ForgivingRedisCache", "LOCATION": "unix:///nowhere/broker.sock"},
}


@pytest.fixture
def no_broker(settings):
    """Nothing listens where the broker should be."""
    settings.REDIS_URL = "unix:///nowhere/broker.sock"
    with override_settings(CACHES=AWAY):
        yield caches["default"]


@pytest.mark.django_db
def test_pages_stay_up_without_a_cache(client, no_broker):
    for path in ("/", "/terms/", "/stats/", "/search/?q=x", "/api/v1/stats/", "/accounts/login/"):
        assert client.get(path).status_code == 200, path
    assert client.get("/health/ready").status_code == 503


def test_a_cache_that_is_away_misses_everything(no_broker):
    assert no_broker.get("x", "default") == "default"
    assert no_broker.add("x", 1) is True
    assert no_broker.set("x", 1) is None
    assert no_broker.get_many(["x"]) == {}
    assert no_broker.incr("x") == 1
    assert no_broker.delete("x") is False


@pytest.mark.django_db
def test_work_that_cannot_be_handed_over_is_left_to_the_sweep(
    monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*_args, **_kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.check_hosts, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        send_after_commit(tasks.check_hosts, ["a.example"])
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_the_doctor_says_what_is_broken_and_how_to_mend_it(no_broker, capsys):
    with pytest.raises(SystemExit):
        call_command("doctor")
    out = capsys.readouterr().out
    assert "broken  broker" in out.replace("\x1b[31;1m", "").replace("\x1b[0m", "")
    assert "manage.py up" in out
    assert "git version" in out


@pytest.mark.django_db
def test_each_part_is_looked_at_by_itself():
    assert [check.name for check in health.checks("git", "database")] == ["database", "git"]
    assert all(check.ok for check in health.checks("git", "database"))


def test_a_socket_path_too_long_for_the_kernel_is_put_elsewhere(tmp_path):
    deep = tmp_path / ("x" * 120)
    assert len(str(broker.embedded_socket(deep))) < 108
    assert broker.embedded_socket(deep) == broker.embedded_socket(deep)
    assert broker.embedded_socket(tmp_path / "var").name == "broker.sock" or len(str(tmp_path)) > 80


def test_celery_spells_a_socket_in_its_own_way():
    assert broker.celery_url("unix:///run/x.sock") == "redis+socket:///run/x.sock"
    assert broker.celery_url("redis://broker:6379/0") == "redis://broker:6379/0"


def test_two_processes_starting_together_agree_on_one_secret(tmp_path):
    first = broker.remembered_secret(tmp_path / "secret")
    assert broker.remembered_secret(tmp_path / "secret") == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_database_address_becomes_djangos_settings(tmp_path):
    default = database("", default_file=tmp_path / "db.sqlite3")
    assert default["NAME"] == str(tmp_path / "db.sqlite3")
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    real = database("postgresql://me:p%40ss@host:5433/portal", default_file=tmp_path)
    assert (real["USER"], real["PASSWORD"], real["HOST"], real["PORT"], real["NAME"]) == (
        "me",
        "p@ss",
        "host",
        "5433",
        "portal",
    )
