"""A portal with demo data, running, in one command."""

import logging
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import OperationalError

from disinfo import env, schedule
from disinfo.celery import app
from disinfo.portal import demo
from disinfo.portal.management.commands import up

logger = logging.getLogger(__name__)


def allowed(address: str) -> str:
    """What a demo may fetch: its own pages, beside what the environment names already."""
    return ",".join(dict.fromkeys([*env.words("DISINFO_FETCH_ALLOW"), address]))


def ask_for_files() -> None:
    """Have the workers, which run by now, write the files to take away; a demo without them is still one."""
    for name in schedule.FILES:
        try:
            app.send_task(name, retry=False)
        except OperationalError as error:
            logger.warning("broker unreachable, no files to take away yet: %s", error)


class Command(BaseCommand):
    help = "Migrate, load demo data (nothing a user has written is touched), and start everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As `up`, and --no-start to load only."""
        up.Command().add_arguments(parser)
        parser.add_argument("--no-start", action="store_true", help="load the data, start nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, then run until stopped."""
        if settings.HTTPS:
            raise CommandError(
                "This is a deployment (DISINFO_HTTPS=1): its people are not to share a demo password."
            )
        address = f"{options['host']}:{options['port']}"
        # The demo's invented services are pages of this very portal, which the fetcher would otherwise refuse to read.
        os.environ |= {
            "DISINFO_DEMO": "1",
            "DISINFO_SITE_URL": f"http://{address}",
            "DISINFO_FETCH_ALLOW": allowed(address),
            "TERMS_INTERVAL_FLOOR_SECONDS": "15",
            "DISINFO_FETCH_HOST_DELAY_MS": "100",
        }
        settings.DEMO, settings.SITE_URL = True, f"http://{address}"
        settings.TERMS_INTERVAL_FLOOR = 15
        call_command("migrate", verbosity=0)
        # The broker starts after this: what is left to the sweep now is no fault to tell.
        logging.getLogger("disinfo.broker").setLevel(logging.ERROR)
        password = demo.load(say=lambda line: self.stdout.write(f"  {line}"))
        if options["no_start"]:
            return

        def announce(url: str) -> None:
            self.stdout.write(self.style.SUCCESS(f"\nThe portal is open: {url}\n"))
            self.stdout.write("Demo logins (password of all: " + self.style.WARNING(password) + "):")
            for person in demo.PEOPLE:
                self.stdout.write(f"  {person.email:<28} {person.what}")
            self.stdout.write(f"\n  {url}terms/demo/   change the terms of an invented service")
            self.stdout.write(f"  {url}admin/        administration\n\nCtrl-C stops everything.")
            ask_for_files()

        up.run(self, options, announce)
