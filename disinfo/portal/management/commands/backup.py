"""Write the database, the git archives and the media into a folder, with a manifest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disinfo import backup


class Command(BaseCommand):
    help = "Write the database, the git archives and the media into a folder, with a manifest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, and say what was done."""
        try:
            manifest = backup.back_up(options["folder"])
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            self.style.SUCCESS(f"{len(manifest['sha256'])} files, made at {manifest['made_at']}")
        )
