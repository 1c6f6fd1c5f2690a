"""Long work that people watch."""

import pytest

from disinfo import jobs
from disinfo.portal.models import Job

pytestmark = pytest.mark.django_db


def test_progress_is_kept_on_the_row():
    job = Job.objects.create(kind="x", label="Import")
    with jobs.running(job):
        bar = jobs.Bar(job, total=3, stage="Reading")
        for _ in range(3):
            bar.advance()
    job.refresh_from_db()
    assert (job.state, job.stage, job.done, job.total, job.percent) == ("done", "Reading", 3, 3, 100)


def test_an_error_is_kept_in_words_and_goes_on():
    job = Job.objects.create(kind="x", label="Import")
    with pytest.raises(ValueError, match="wrong"), jobs.running(job):
        raise ValueError("wrong file")
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "ValueError: wrong file")
    assert job.is_over
