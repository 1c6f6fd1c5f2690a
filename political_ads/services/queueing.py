"""The queue of what citizens are asked."""

import random

from political_ads.models import Creative, Task

_BATCH = 2000


def enqueue_new() -> int:
    """A task for each creative that has none; gives how many were made."""
    made = 0
    while batch := list(Creative.objects.filter(task=None).order_by("pk")[:_BATCH]):
        Task.objects.bulk_create(
            [
                Task(creative=each, language=each.language, position=random.random())  # noqa: S311 (an order, no secret)
                for each in batch
            ],
            ignore_conflicts=True,
        )
        made += len(batch)
    return made
