"""Put a backup back in place of what is here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disinfo import backup


class Command(BaseCommand):
    help = "Put a backup back in place of what is here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which folder."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, and say what was done."""
        if not options["yes"] and input("Everything here will be replaced. Type yes to go on: ") != "yes":
            raise CommandError("Nothing was changed.")
        try:
            manifest = backup.restore(options["folder"])
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(f"{len(manifest['sha256'])} files, made at {manifest['made_at']}")
        )
