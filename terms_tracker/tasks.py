"""What the workers do for the terms tracker."""

from celery import shared_task

from terms_tracker.services import tracking, upkeep


@shared_task
def sweep() -> None:
    """Find what is due and hand it to the workers, host by host."""
    tracking.sweep()


@shared_task
def check_hosts(hosts: list[str]) -> None:
    """Check the due terms of these hosts."""
    tracking.check_hosts(hosts)


# Reading a large archive takes longer than other tasks may; a second delivery finds the lease taken, and ends.
@shared_task(soft_time_limit=4 * 3600, time_limit=4 * 3600 + 60)
def maintain() -> None:
    """Pack the archives and check that they are sound."""
    upkeep.maintain_archives()
