"""Long work that a person watches: a row with a stage and a bar."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from disinfo.portal.models import Job

_WRITE_SECONDS = 0.5


@contextmanager
def running(job: Job) -> Iterator[Job]:
    """Mark the job as running, then done; an exception is kept on it in words and goes on."""
    job.state = Job.State.RUNNING
    job.save()
    try:
        yield job
    except Exception as error:
        job.state, job.error = Job.State.FAILED, f"{type(error).__name__}: {error}"
        job.save()
        raise
    job.state = Job.State.DONE
    job.save()


class Bar:
    """The bar of a job, written at most twice a second so that moving it costs nothing."""

    def __init__(self, job: Job, *, total: int, stage: str = "") -> None:
        self.job = job
        job.stage, job.done, job.total = stage, 0, total
        job.save()
        self._written_at = time.monotonic()

    def advance(self, stage: str = "", *, by: int = 1) -> None:
        """`by` more are done; `stage` says with what."""
        self.job.done += by
        self.job.stage = stage[:200] or self.job.stage
        is_last = self.job.done >= self.job.total
        if is_last or time.monotonic() - self._written_at > _WRITE_SECONDS:
            self._written_at = time.monotonic()
            self.job.save(update_fields=["done", "stage", "updated_at"])
