"""Structured logs: one JSON object a line, each with the id of the request or task it belongs to."""

import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_task_id: ContextVar[str] = ContextVar("task_id", default="-")
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}


def current_request_id() -> str:
    """The id of the request being answered, or "-"."""
    return _request_id.get()


def request_id_set_to(request_id: str, *, task_id: str = "-") -> None:
    """Mark all that is logged from here, in this context, as belonging to a request and a task."""
    _request_id.set(request_id)
    _task_id.set(task_id)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; what is passed as `extra` becomes fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a newline."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _request_id.get(),
        }
        if _task_id.get() != "-":
            line["task_id"] = _task_id.get()
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class RequestIdMiddleware:
    """Give each request an id (a proxy's X-Request-ID when it is well formed) and answer with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as Django asks of a middleware."""
        given = request.headers.get("X-Request-ID", "")
        request_id_set_to(given if _ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex)
        response = self.get_response(request)
        response["X-Request-ID"] = current_request_id()
        return response


def logging_settings(*, level: str) -> dict[str, Any]:
    """Django's LOGGING: JSON on standard error for everything."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "disinfo.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would print every line a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # Scanners send wrong Host headers all day; answering 400 is enough.
            "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
            "uvicorn.access": {"handlers": [], "level": "WARNING", "propagate": True},
            "httpx": {"handlers": [], "level": "WARNING", "propagate": True},
            "celery": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
