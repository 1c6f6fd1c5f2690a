"""Import what a library holds."""

import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from political_ads.models import LibrarySnapshot, Source
from political_ads.services import importing, interfaces
from political_ads.services.snapshots import ImportRefusedError
from political_ads.sources import FORMATS, SourceFileError

_SHOWN_REFUSALS = 10


class Command(BaseCommand):
    help = (
        "Import a file, or what the platform's interface answers, as a library snapshot of a source. "
        "An import that was killed goes on where it stopped; the same file twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which source, and what of it."""
        parser.add_argument("source", help="identifier of the source")
        parser.add_argument("path", nargs="?", type=Path, help="the file: CSV, JSON or NDJSON, gzip or not")
        parser.add_argument("--api", action="store_true", help="ask the platform's interface instead")
        parser.add_argument(
            "--country", default="", help="ISO 3166 code; of a source that is made, or to ask for"
        )
        parser.add_argument(
            "--format", choices=list(FORMATS), help="make the source, with this format, if it is new"
        )
        parser.add_argument("--platform", default="", help="platform of a source that is made")
        parser.add_argument(
            "--taken-at", help="when the library was seen, such as 2026-01-31T12:00; else the file's date"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, and print the report; exit with 1 when nothing was imported."""
        if bool(options["path"]) == options["api"]:
            raise CommandError("Give either a file or --api.")
        taken_at = _moment(options["taken_at"])
        is_new = not Source.objects.filter(slug=options["source"]).exists()
        source = self._source(options)
        try:
            if is_new and options["path"]:
                importing.check_readable(path=options["path"], format_name=source.format)
            if options["api"]:
                snapshots, is_known = [interfaces.look(source=source, on_progress=self._progress)], False
            else:
                done = importing.import_file(
                    source=source,
                    path=options["path"],
                    taken_at=taken_at,
                    on_progress=self._progress,
                )
                snapshots, is_known = done.snapshots, done.is_known
        except (SourceFileError, ImportRefusedError, interfaces.InterfaceError) as error:
            if is_new and not source.snapshots.exists():
                source.delete()
            raise CommandError(str(error)) from error
        if is_known:
            self.stdout.write("This file has been imported before: nothing changed.")
        for snapshot in snapshots:
            self._report(snapshot)

    def _source(self, options: dict[str, Any]) -> Source:
        slug = options["source"]
        source = Source.objects.filter(slug=slug).first()
        if source:
            if options["format"] not in {None, source.format}:
                raise CommandError(
                    f"{slug} is read as {source.format}: leave --format out, or change it in the administration."
                )
            return source
        if not options["format"]:
            raise CommandError(f"There is no source {slug}. To make it, say --format and --platform.")
        source = Source(
            slug=slug,
            name=slug,
            platform=options["platform"] or options["format"],
            country=options["country"].upper(),
            format=options["format"],
            kind=Source.Kind.API if options["api"] else Source.Kind.FILE,
        )
        try:
            # The identifier stands in addresses of pages.
            source.full_clean()
        except ValidationError as error:
            problems = (f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())
            raise CommandError("; ".join(problems)) from error
        source.save()
        return source

    def _progress(self, rows: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{rows} rows")
            sys.stderr.flush()

    def _report(self, snapshot: LibrarySnapshot) -> None:
        self.stdout.write(
            f"{snapshot.taken_at:%Y-%m-%d %H:%M} {snapshot.status}: {snapshot.seen_count} seen, "
            f"{snapshot.added_count} added, {snapshot.changed_count} changed, {snapshot.removed_count} removed "
            f"({snapshot.explained_count} explained), {snapshot.reappeared_count} back, "
            f"{snapshot.refused_count} refused"
        )
        for reason in snapshot.reason_names:
            self.stdout.write(f"  {self.style.WARNING('because')} {reason}")
        for line, reason in snapshot.refusals[:_SHOWN_REFUSALS]:
            self.stdout.write(f"  {self.style.ERROR('refused')} line {line}: {reason}")
        if snapshot.refused_count > _SHOWN_REFUSALS:
            counted = Counter(reason for _line, reason in snapshot.refusals).most_common(5)
            self.stdout.write("  " + "; ".join(f"{reason}: {count}" for reason, count in counted))


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError("--taken-at is a date such as 2026-01-31 or 2026-01-31T12:00.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
