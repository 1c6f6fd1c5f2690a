"""Write the datasets now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from terms_tracker.models import Collection
from terms_tracker.services import datasets


class Command(BaseCommand):
    help = "Write every version of a collection as one zip, in the layout of Open Terms Archive, with its checksum."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which collection, and where to."""
        parser.add_argument("collection", help="identifier of the collection")
        parser.add_argument("--out", type=Path, help="a folder; else where the portal offers it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write, and say where."""
        collection = Collection.objects.filter(key=options["collection"]).first()
        if collection is None:
            raise CommandError(f"There is no collection {options['collection']}.")
        if not collection.is_public and not options["out"]:
            raise CommandError("This collection is not public: say where to with --out.")
        self.stdout.write(str(datasets.write(collection=collection, folder=options["out"])))
