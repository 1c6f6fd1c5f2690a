"""What the workers do for the terms tracker."""

from celery import shared_task

from disinfo.portal.models import Job
from terms_tracker.models import Collection, Remote
from terms_tracker.services import (
    classifying,
    datasets,
    federation,
    following,
    pushing,
    remembering,
    tracking,
    upkeep,
)


@shared_task
def sweep() -> None:
    """Find what is due and hand it to the workers, host by host."""
    tracking.sweep()


@shared_task
def check_hosts(hosts: list[str]) -> None:
    """Check the due terms of these hosts."""
    tracking.check_hosts(hosts)


@shared_task
def run_chosen(job_id: int, terms_ids: list[int]) -> None:
    """Check these terms now, for the person who watches the job."""
    tracking.run_chosen(job=Job.objects.get(pk=job_id), keys=terms_ids)


@shared_task
def classify() -> None:
    """Say what the changes are that nobody has classed yet."""
    classifying.sweep()


@shared_task
def remember() -> None:
    """Note which sentences came and went."""
    remembering.sweep()


@shared_task
def tell() -> None:
    """Tell those who follow what changed."""
    following.sweep()


@shared_task
def ask_peers() -> None:
    """Ask collections elsewhere what they track."""
    federation.refresh_all()


@shared_task(time_limit=3600, soft_time_limit=3540)
def write_datasets() -> None:
    """Write the public collections as files."""
    datasets.write_all()


@shared_task
def push_remotes() -> None:
    """Hand what is to be pushed elsewhere to the workers."""
    pushing.sweep()


@shared_task(time_limit=3600, soft_time_limit=3540)
def push_remote(remote_id: int) -> None:
    """Push one archive to one repository elsewhere."""
    if remote := Remote.objects.select_related("collection").filter(pk=remote_id).first():
        pushing.push(remote=remote)


@shared_task
def maintain() -> None:
    """Have the archives packed and checked."""
    upkeep.maintain_archives()
    remembering.forget_unsaid()


@shared_task(time_limit=3600, soft_time_limit=3540)
def maintain_archive(collection_id: int, kind: str) -> None:
    """Pack one archive and check that it is sound."""
    upkeep.maintain_archive(collection=Collection.objects.get(pk=collection_id), kind=kind)
