"""`manage.py encyclopedia_seed`: pages to start from, in French and English."""

from typing import Any

from django.core.management.base import BaseCommand

from encyclopedia.services import seeding


class Command(BaseCommand):
    help = "Load the starter pages and their sources; pages that were edited since are kept as they are."

    def handle(self, *_args: Any, **_options: Any) -> None:
        outcome = seeding.seed(say=self.stderr.write)
        self.stdout.write(", ".join(f"{count} {name}" for name, count in sorted(outcome.items())))
