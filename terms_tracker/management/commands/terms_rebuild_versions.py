"""Make the versions of a collection anew from its snapshots."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from terms_tracker.models import Collection, Snapshot
from terms_tracker.services import rebuilding


class Command(BaseCommand):
    help = (
        "Write a versions archive from all snapshots, each read by the declaration of its time, beside the old one. To "
        "put it in place: stop the portal, exchange the two folders, start it, run terms_reindex."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which collection, and where to."""
        parser.add_argument("collection", help="identifier of the collection")
        parser.add_argument(
            "--out", type=Path, help="a new folder; else versions.rebuilt.git beside the archive"
        )
        parser.add_argument("--processes", type=int, default=2, help="how many read at once")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rebuild, and say what could not be read."""
        collection = Collection.objects.filter(key=options["collection"]).first()
        if collection is None:
            raise CommandError(f"There is no collection {options['collection']}.")
        if not Snapshot.objects.filter(terms__service__collection=collection).exists():
            raise CommandError("This collection has no snapshots: there is nothing to make versions from.")
        target = options["out"] or collection.archive_path("versions").with_name("versions.rebuilt.git")
        try:
            done = rebuilding.rebuild(
                collection=collection,
                target=target,
                processes=max(1, options["processes"]),
                on_progress=lambda count: self.stdout.write(f"\r  {count:,} read", ending=""),
            )
        except OSError as error:
            raise CommandError(str(error)) from error
        for terms, at, reason in done.refused[:50]:
            self.stdout.write(
                f"\n{self.style.ERROR('not read')} {terms}, {at:%Y-%m-%d %H:%M}: {reason}", ending=""
            )
        self.stdout.write(
            self.style.SUCCESS(
                f"\n{target}: {done.versions:,} versions of {done.readings:,} readings, {len(done.refused):,} not read"
            )
        )
