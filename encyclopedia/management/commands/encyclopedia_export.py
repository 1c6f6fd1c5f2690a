"""`manage.py encyclopedia_export FORMAT PATH`: all that is published, to a folder, a file or a git repository."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disinfo.exports import csv_lines, ndjson_lines
from encyclopedia import exports
from encyclopedia.formats import repository


def to_markdown(path: Path) -> int:
    """A folder of Markdown files."""
    count = 0
    for name, text in exports.files():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        count += 1
    return count


def to_json(path: Path) -> int:
    """One JSON object a page, a line each, with its text."""
    return _write(path, ndjson_lines(exports.row_of(page) for page in exports.pages()))


def to_csv(path: Path) -> int:
    """A table of the pages, with their texts."""
    return _write(path, csv_lines(exports.columns(), exports.rows())) - 1


def to_stix(path: Path) -> int:
    """A STIX 2.1 bundle."""
    return _write(path, exports.stix_lines()) - 2


def to_git(path: Path) -> int:
    """A bare repository with one commit a revision."""
    return repository.write(path, exports.commits())


_WRITERS = {"markdown": to_markdown, "json": to_json, "csv": to_csv, "stix": to_stix, "git": to_git}


def _write(path: Path, lines: Any) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


class Command(BaseCommand):
    help = "Write all that the encyclopedia publishes: markdown, json, csv, stix or git."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted(_WRITERS))
        parser.add_argument("path", type=Path)

    def handle(self, *_args: Any, format: str, path: Path, **_options: Any) -> None:  # noqa: A002 (the option's own name)
        try:
            count = _WRITERS[format](path)
        except (OSError, csv.Error) as error:
            raise CommandError(f"{path} cannot be written: {error}") from error
        self.stdout.write(f"{count} written to {path}")
