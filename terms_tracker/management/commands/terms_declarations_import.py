"""Read the declarations of a collection."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from terms_tracker.models import Collection
from terms_tracker.services import declarations


class Command(BaseCommand):
    help = "Read an Open Terms Archive collection's declarations folder; what is refused is reported, the rest goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which folder, into which collection."""
        parser.add_argument("path", type=Path, help="the collection's folder, or its declarations folder")
        parser.add_argument(
            "--collection", default="main", help="identifier of the collection, made when it is new"
        )
        parser.add_argument("--paused", action="store_true", help="do not start tracking what is new")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, and print the report."""
        collection = Collection.objects.filter(key=options["collection"]).first()
        if collection is None:
            collection = Collection(key=options["collection"], name=options["collection"])
            try:
                collection.full_clean()
            except ValidationError as error:
                raise CommandError("; ".join(error.messages)) from error
            collection.save()
        try:
            report = declarations.import_folder(
                collection=collection, folder=options["path"], actor=None, is_active=not options["paused"]
            )
        except NotADirectoryError as error:
            raise CommandError(str(error)) from error
        for file, warning in report.warnings:
            self.stdout.write(f"{self.style.WARNING('warning')} {file}: {warning}")
        for file, reason in report.refused:
            self.stdout.write(f"{self.style.ERROR('refused')} {file}: {reason}")
        self.stdout.write(
            self.style.SUCCESS(
                f"{report.services} services, {report.terms} terms, {len(report.refused)} files refused"
            )
        )
