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


def test_tokens_long_dead_are_forgotten_and_living_ones_kept():
    from datetime import timedelta

    from django.utils import timezone

    from disinfo.accounts.models import ApiToken
    from disinfo.portal import services
    from tests.factories import UserFactory

    user, long_ago = UserFactory(), timezone.now() - timedelta(days=100)
    for n, dates in enumerate(
        ({}, {"expires_at": long_ago}, {"revoked_at": long_ago}, {"revoked_at": timezone.now()})
    ):
        ApiToken.objects.create(user=user, name=str(n), digest=str(n), hint="x", **dates)
    services.purge()
    assert set(ApiToken.objects.values_list("name", flat=True)) == {"0", "3"}
