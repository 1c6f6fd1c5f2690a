"""Workers are at hand: what is sent to them after a commit is done at once."""

import pytest
from django.conf import settings as django_settings

from disinfo.celery import app


@pytest.fixture(autouse=True)
def tasks_run_at_once():
    """No broker runs in this suite."""
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = before


@pytest.fixture(autouse=True)
def english(settings):
    """Whatever the machine's own language."""
    assert django_settings.LANGUAGE_CODE
    settings.LANGUAGE_CODE = "en"
