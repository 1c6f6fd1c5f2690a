"""The whole portal as one process tree: broker (unless REDIS_URL names one), web, worker, beat."""

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from disinfo import broker
from disinfo.supervisor import Supervisor, python

_BROKER_PATIENCE_SECONDS = 10.0

# Containers and test machines run as root; celery says so at length, though we accept JSON messages only.
_QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


class CannotStartError(RuntimeError):
    """The portal cannot start here; the message says why, and what to do."""


def check_port(host: str, port: int) -> None:
    """Raise CannotStartError when something listens on this port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStartError(
                f"Port {port} of {host} cannot be used ({error.strerror}). Choose another: make demo PORT={port + 1}"
            ) from error


def start(
    *,
    host: str,
    port: int,
    workers: int,
    concurrency: int,
    web: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Supervisor:
    """Start everything and give the supervisor, whose run() watches over it.

    Raises CannotStartError for a taken port, or a broker that does not answer.
    """
    check_port(host, port)
    supervisor = Supervisor(
        cwd=Path(settings.BASE_DIR), environment={**os.environ, **_QUIET, **(environment or {})}
    )
    try:
        start_broker(supervisor)
        celery = python("-m", "celery", "-q", "-A", "disinfo")
        supervisor.add(
            "web",
            [
                *python("-m", "uvicorn", "disinfo.asgi:application", "--host", host, "--port", str(port)),
                *("--no-access-log", "--log-level", "warning", "--no-server-header"),
                *("--timeout-graceful-shutdown", "5", "--workers", str(web)),
            ],
        )
        for number in range(workers):
            arguments = ["--concurrency", str(concurrency), "--loglevel", "WARNING", "--without-gossip"]
            supervisor.add(f"worker{number}", [*celery, "worker", "-n", f"worker{number}@%h", *arguments])
        schedule = str(Path(settings.VAR_DIR) / "beat-schedule")
        supervisor.add(
            "beat", [*celery, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"]
        )
    except BaseException:
        supervisor.stop()
        raise
    return supervisor


def start_broker(supervisor: Supervisor) -> None:
    """Start the embedded server when the deployment names none; wait until the broker answers."""
    if broker.embedded_url(settings.VAR_DIR) == settings.REDIS_URL:
        socket_file = broker.embedded_socket(settings.VAR_DIR)
        if _answers():
            raise CannotStartError(
                f"A portal is already running on {settings.VAR_DIR}: stop it first, or set DISINFO_VAR."
            )
        socket_file.unlink(missing_ok=True)
        supervisor.add("broker", broker.embedded_command(settings.VAR_DIR))
    deadline = time.monotonic() + _BROKER_PATIENCE_SECONDS
    while not _answers():
        if time.monotonic() > deadline:
            raise CannotStartError(
                f"The broker does not answer at {settings.REDIS_URL}; `manage.py doctor` may say more."
            )
        time.sleep(0.05)


def _answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as server:
            return bool(server.ping())
    except (RedisError, OSError):
        return False
