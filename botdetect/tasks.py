"""What the workers do for the bot clusters."""

from celery import shared_task

from botdetect.models import Harvest, Run
from botdetect.services import collections, looks, retention, runs, streams
from botdetect.services.harvests import asking, performing
from disinfo.portal.models import Job


@shared_task(time_limit=3600, soft_time_limit=3540)
def import_file(job_id: int) -> None:
    """Import an uploaded file."""
    collections.run_import(job=Job.objects.get(pk=job_id))


@shared_task(time_limit=3600, soft_time_limit=3540)
def perform_run(run_id: int) -> None:
    """Find the clusters of a collection."""
    runs.perform(run=Run.objects.get(pk=run_id))


@shared_task(time_limit=13 * 3600, soft_time_limit=13 * 3600 - 60)
def collect_stream(job_id: int) -> None:
    """Collect from a stream."""
    streams.perform(job=Job.objects.get(pk=job_id))


@shared_task(time_limit=3600, soft_time_limit=3540)
def perform_harvest(harvest_id: int) -> None:
    """Estimate a harvest from X, or go on with it."""
    performing.perform(harvest=Harvest.objects.get(pk=harvest_id))


@shared_task(time_limit=3600, soft_time_limit=3540)
def look_at_accounts() -> None:
    """See what has become of accounts of clusters."""
    looks.look()


@shared_task
def sweep() -> None:
    """Hand unfinished work to the workers again."""
    runs.sweep()
    collections.sweep()
    streams.sweep()
    asking.sweep()


@shared_task
def forget() -> None:
    """Remove personal data that have been kept long enough."""
    retention.forget_expired()
