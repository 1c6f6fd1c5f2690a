"""What the workers do for political ads."""

from uuid import UUID

from celery import shared_task

from disinfo.leases import lease
from political_ads import library_tasks  # noqa: F401 (Celery looks for tasks here)
from political_ads.services import monitoring, standing, triage


@shared_task
def weigh(voter_id: str) -> None:
    """Weigh a session's answers again."""
    standing.weigh_again(voter_id=UUID(voter_id))


@shared_task
def weigh_waiting() -> None:
    """Weigh again what a lost message left waiting."""
    standing.weigh_waiting()


@shared_task
def monitor_crowd() -> None:
    """Look at all answers, and forget what is kept for a time only."""
    with lease("ads:monitor", seconds=600) as held:
        if held:
            monitoring.run()
            standing.forget_networks()


@shared_task
def train_triage() -> None:
    """Learn anew which texts look political, and order what waits by it."""
    with lease("ads:triage", seconds=600) as held:
        if held:
            triage.train()
