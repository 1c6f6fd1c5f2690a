"""The Celery application, and the one way the portal hands work to it."""

import logging
import os
from typing import Any

from celery import Celery, Task, signals
from django.db import transaction

from disinfo.logs import current_request_id, request_id_set_to

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "disinfo.settings")
app = Celery("disinfo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Of all that is left to a sweep or a look because the broker is away, in whatever tool.
logger = logging.getLogger("disinfo.broker")


def send_after_commit(task: Task[..., Any], *args: object) -> None:
    """Hand `task` to the workers once the transaction is committed.

    A broker that does not answer is logged, never raised: all due work is also a query that a sweep repeats, so a
    lost message costs time, not work.
    """

    def send() -> None:
        try:
            task.apply_async(args)
        except Exception as error:  # noqa: BLE001 (kombu, redis and the operating system each raise their own)
            # Without its trace, which says no more and comes with each task while the broker is away.
            logger.warning("broker unreachable, left to the sweep: %s", error, extra={"task": task.name})

    transaction.on_commit(send)


@signals.setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Celery would otherwise replace the JSON logs that Django's settings set up."""


@signals.before_task_publish.connect
def _carry_request_id(headers: dict[str, Any] | None = None, **_: object) -> None:
    if headers is not None:
        headers["request_id"] = current_request_id()


@signals.task_prerun.connect
def _take_request_id(task_id: str = "", task: Any = None, **_: object) -> None:
    request_id_set_to(getattr(task.request, "request_id", None) or task_id, task_id=task_id)


@signals.task_postrun.connect
def _drop_request_id(**_: object) -> None:
    request_id_set_to("-", task_id="-")
