"""The portal's periodic work."""

import time

from celery import shared_task, signals
from django.core.cache import cache

from disinfo import health, outbox
from disinfo.portal import services, visits


@shared_task
def heartbeat() -> None:
    """Say that beat, broker and worker all live: the answer of /health/ready looks at it."""
    cache.set(health.HEARTBEAT_KEY, time.time(), timeout=3600)


@signals.worker_ready.connect
def _beat_at_once(**_: object) -> None:
    """A portal that has just started is ready before the scheduler's first round."""
    heartbeat.apply_async()


@shared_task
def send_outbox() -> None:
    """Send the mail and webhooks that are due."""
    outbox.send_due()


@shared_task
def keep_visits() -> None:
    """Write down how often pages were read."""
    visits.keep()


@shared_task
def purge() -> None:
    """Forget what is kept for a time only."""
    services.purge()
