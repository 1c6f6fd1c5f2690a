"""`manage.py encyclopedia_import KIND PATH`: pages from elsewhere."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from encyclopedia.formats import Incoming, Refused, disarm, folder, original, repository
from encyclopedia.services import importing

_READERS: dict[str, Callable[[Path], Iterable[Incoming | Refused]]] = {
    "original": original.read,
    "disarm": disarm.read,
    "markdown": folder.read,
    "git": repository.read,
}


class Command(BaseCommand):
    help = "Take in pages: the encyclopedia of 2019 with its history, DISARM, a folder of Markdown, a git export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(_READERS))
        parser.add_argument("path", type=Path)

    def handle(self, *_args: Any, kind: str, path: Path, **_options: Any) -> None:
        if not path.exists():
            raise CommandError(f"There is nothing at {path}.")
        try:
            outcome = importing.take_in(_READERS[kind](path), say=self.stderr.write)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{path} cannot be read as {kind}: {error}") from error
        self.stdout.write(
            ", ".join(f"{count} {name}" for name, count in sorted(outcome.items())) or "nothing"
        )
