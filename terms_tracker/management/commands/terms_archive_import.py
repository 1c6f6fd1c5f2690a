"""Take over an existing archive."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from terms_tracker import metadata
from terms_tracker.archive import ArchiveError
from terms_tracker.models import Collection
from terms_tracker.services import declarations, taking_over


class Command(BaseCommand):
    help = (
        "Make a collection of an Open Terms Archive versions repository (bare or not), with its snapshots and "
        "declarations; again, to import what it has grown by."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which repositories, into which collection."""
        parser.add_argument("path", type=Path, help="the versions repository")
        parser.add_argument("--snapshots", type=Path, help="the snapshots repository")
        parser.add_argument("--declarations", type=Path, help="the folder of declarations; they stay paused")
        parser.add_argument("--metadata", type=Path, help="the collection's metadata.yml")
        parser.add_argument(
            "--collection", help="identifier of the collection; else from the metadata or the folder"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, and say what came."""
        described = self._described(options)
        key = options["collection"] or taking_over.key_of(options["path"], described)
        sources = {
            "versions": options["path"],
            "snapshots": options["snapshots"],
            "declared": options["declarations"],
        }
        try:
            # First, so that a mistyped path leaves no empty collection behind.
            taking_over.check_sources(**sources)
            done = self._take_over(key, described, sources)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except (ArchiveError, NotADirectoryError) as error:
            raise CommandError(str(error)) from error
        if done.report:
            self._report(done.report)
        counts = ", ".join(f"{count:,} {kind}" for kind, count in done.records.items())
        self.stdout.write(
            self.style.SUCCESS(f"\n{key}: {counts} imported; changes are classed in the background.")
        )

    def _take_over(
        self, key: str, described: metadata.Metadata | None, sources: dict[str, Any]
    ) -> taking_over.TakenOver:
        is_new = not Collection.objects.filter(key=key).exists()
        collection = taking_over.collection_for(key=key, described=described)
        try:
            return taking_over.take_over(collection=collection, on_progress=self._progress, **sources)
        except ArchiveError:
            if is_new:
                taking_over.forget_new(collection)
            raise

    def _report(self, report: declarations.Report) -> None:
        for file, warning in report.warnings:
            self.stdout.write(f"{self.style.WARNING('warning')} {file}: {warning}")
        for file, reason in report.refused:
            self.stdout.write(f"{self.style.ERROR('refused')} {file}: {reason}")
        self.stdout.write(
            f"declared: {report.services} services, {report.terms} terms, {len(report.refused)} files refused"
        )

    def _described(self, options: dict[str, Any]) -> metadata.Metadata | None:
        beside = options["declarations"] / "metadata.yml" if options["declarations"] else None
        path = options["metadata"] or (beside if beside and beside.exists() else None)
        try:
            return metadata.read(path) if path else None
        except metadata.MetadataError as error:
            raise CommandError(f"{path}: {error}") from error

    def _progress(self, what: str, count: int) -> None:
        if sys.stdout.isatty() or count % 10_000 == 0:
            self.stdout.write(f"\r  {what}: {count:,}", ending="")
            self.stdout.flush()
