from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botdetect.classifier import ClassifierError
from botdetect.services import profiles
from botdetect.values import RowError


class Command(BaseCommand):
    help = "Train the profile classifier from labelled profiles, and print what it reaches on sets it did not see."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help=f"columns: {', '.join(profiles.LABELLED)}")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            forest = profiles.train_from(path=options["path"])
        except (RowError, ClassifierError) as error:
            raise CommandError(str(error)) from error
        for each in forest.figures["sets"]:
            self.stdout.write(
                f"{each['set']}, trained on the others: AUC {each['auc']}, precision {each['precision']},"
                f" recall {each['recall']}, false positives {each['false_positives']},"
                f" {each['refused']} of {each['profiles']} refused"
            )
        for row in forest.panel():
            self.stdout.write(
                f"where {row['rate']:.0%} are such accounts: {row['right']:.1%} of the flagged are"
            )
        self.stdout.write(self.style.SUCCESS(f"kept, trained on {forest.figures['profiles']} profiles"))
