"""Web, workers, beat and broker in one process tree."""

import time
from argparse import ArgumentParser
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from disinfo import stack


class Command(BaseCommand):
    help = "Start the web server, workers, beat and (unless REDIS_URL is set) an embedded broker; Ctrl-C ends them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and how many of each."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--web", type=int, default=1, help="web processes")
        parser.add_argument("--workers", type=int, default=1, help="worker programs")
        parser.add_argument("--concurrency", type=int, default=2, help="processes of each worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until stopped."""
        run(self, options, announce=lambda address: self.stdout.write(self.style.SUCCESS(f"Open {address}")))


def run(command: BaseCommand, options: dict[str, Any], announce: Any) -> None:
    """Start the stack, announce its address when the first page answers, and watch it until stopped."""
    connections.close_all()
    host, port = options["host"], options["port"]
    try:
        supervisor = stack.start(
            host=host,
            port=port,
            web=options["web"],
            workers=options["workers"],
            concurrency=options["concurrency"],
        )
    except stack.CannotStartError as error:
        raise CommandError(str(error)) from error
    announced = False

    def announce_once() -> None:
        nonlocal announced
        if not announced and _answers(host, port):
            announced = True
            announce(f"http://{host}:{port}/")
            # Into a file or a pipe, Python would keep these lines until its buffer is full.
            command.stdout.flush()

    supervisor.run(every_second=announce_once)
    command.stdout.write("Stopped.")


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        time.sleep(0.1)
        return False
    finally:
        connection.close()
