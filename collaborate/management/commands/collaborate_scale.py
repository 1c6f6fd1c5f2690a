"""Take in a table of known articles for /scale."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collaborate import scale
from collaborate.services import scaling


class Command(BaseCommand):
    """manage.py collaborate_scale FILE."""

    help = "Takes in a table of known articles and their shares, in place of those of the same regions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The table."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 (the signature is Django's)
        """Nothing is taken in from a table with a fault."""
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as file:
                articles, faults = scale.read(file)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        if faults:
            raise CommandError("\n".join(map(str, faults[:100])))
        regions = scaling.take_in(articles=articles)
        self.stdout.write(f"{len(articles)} articles taken in: {', '.join(regions)}")
