"""`manage.py encyclopedia_import FORMAT PATH`: pages from elsewhere."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf.locale import LANG_INFO
from django.core.management.base import BaseCommand, CommandError

from encyclopedia.formats import Incoming, Refused, disarm, folder, original, repository, table
from encyclopedia.models import Kind
from encyclopedia.services import importing

_READERS: dict[str, Callable[[Path], Iterable[Incoming | Refused]]] = {
    "original": original.read,
    "disarm": disarm.read,
    "markdown": folder.read,
    "git": repository.read,
}


class Command(BaseCommand):
    help = (
        "Take in pages: the encyclopedia of 2019 with its history, DISARM from a folder of its sheets, a folder of "
        "Markdown, a git export, or a table (CSV or JSON) with a map of its columns."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted([*_READERS, "table"]))
        parser.add_argument("path", type=Path)
        parser.add_argument("--kind", help="of a table: the kind of its pages, such as tool")
        parser.add_argument("--language", default="en", help="of a table: the language of its pages")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="PART=COLUMN",
            help="of a table, once for each: title=Name, fields.link=URL, tags=Keywords",
        )

    def handle(self, *_args: Any, format: str, path: Path, **options: Any) -> None:  # noqa: A002 (the option's own name)
        if not path.exists():
            raise CommandError(f"There is nothing at {path}.")
        read = _READERS[format] if format in _READERS else _table_reader(options)
        try:
            outcome = importing.take_in(read(path), say=self.stderr.write)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{path} cannot be read as {format}: {error}") from error
        self.stdout.write(
            ", ".join(f"{count} {name}" for name, count in sorted(outcome.items())) or "nothing"
        )


def _table_reader(options: dict[str, Any]) -> Callable[[Path], Iterable[Incoming | Refused]]:
    kind, pairs = options["kind"], [each.partition("=") for each in options["map"]]
    kinds = sorted(Kind.objects.values_list("code", flat=True))
    if kind not in kinds:
        raise CommandError(f"Say the kind of the pages: --kind {'|'.join(kinds)}")
    if not all(name and column for name, _equals, column in pairs):
        raise CommandError("A map reads PART=COLUMN, such as --map title=Name.")
    columns = {name.strip(): column for name, _equals, column in pairs}
    codes = set(Kind.objects.get(code=kind).fields.values_list("code", flat=True))
    named = {name.removeprefix("fields.") for name in columns if name.startswith("fields.")}
    if unknown := sorted(named - codes):
        raise CommandError(f"A {kind} has no field {', '.join(unknown)}; it has {', '.join(sorted(codes))}.")
    if options["language"] not in LANG_INFO:
        raise CommandError(f"“{options['language']}” is no language: give its code, such as fr.")
    return lambda path: table.read(path, kind=kind, columns=columns, language=options["language"])
