"""Make the rows of the archives anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from terms_tracker import archives
from terms_tracker.models import Collection
from terms_tracker.services import indexing, memos


class Command(BaseCommand):
    help = "Make the rows that index the git archives anew, from the archives; nobody is notified."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which collection."""
        parser.add_argument("--collection", help="only this collection (identifier)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Reindex, and say how many records there are."""
        chosen = Collection.objects.all()
        if options["collection"]:
            chosen = chosen.filter(key=options["collection"])
            if not chosen:
                raise CommandError(f"There is no collection {options['collection']}.")
        for collection in chosen:
            for kind in (archives.SNAPSHOTS, archives.VERSIONS):
                count = indexing.reindex(collection, kind)
                self.stdout.write(f"{collection.key}: {count} {kind}")
            memos.refresh_search(collection)
