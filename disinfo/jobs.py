"""Long work that a person watches: a row with a stage and a bar."""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from disinfo.portal.models import Job

T = TypeVar("T")
logger = logging.getLogger(__name__)


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


def progress(job: Job, items: Iterable[T], *, total: int, stage: str = "") -> Iterator[T]:
    """Go through `items` and move the bar, at most twice a second so that it costs nothing."""
    job.stage, job.done, job.total = stage, 0, total
    job.save()
    last = time.monotonic()
    for item in items:
        yield item
        job.done += 1
        if time.monotonic() - last > 0.5:
            last = time.monotonic()
            job.save(update_fields=["done", "updated_at"])
    job.save(update_fields=["done", "updated_at"])
