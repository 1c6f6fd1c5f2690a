"""Class changes from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from terms_tracker.models import Version
from terms_tracker.services import classifying


class Command(BaseCommand):
    help = "Say what each change is (blink, layout, links, dates, wording, substance) and which topics it speaks of."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--again."""
        parser.add_argument("--again", action="store_true", help="all of them, after topics or rules changed")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Until nothing waits."""
        if options["again"]:
            Version.objects.update(rules=0)
        done = 0
        while found := classifying.sweep(budget=10):
            done += found
            self.stdout.write(f"  {done} versions", ending="\r")
        self.stdout.write(f"Classed: {done}.   ")
