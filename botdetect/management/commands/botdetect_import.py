from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botdetect.derived import parameters_of
from botdetect.formats import FIELDS, FORMATS
from botdetect.models import Collection
from botdetect.services import collections, runs
from botdetect.values import RowError


class Command(BaseCommand):
    help = "Import posts or shares from a file into a collection; with --run, also find its clusters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--name", required=True, help="the collection: made when there is none of this name"
        )
        parser.add_argument(
            "--format", default="", choices=["", "mapped", *FORMATS], help="guessed when left out"
        )
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help=f"of {', '.join(FIELDS)}"
        )
        parser.add_argument(
            "--pictures", type=Path, help="the folder of the pictures that the column images names"
        )
        parser.add_argument("--purpose", default="", help="why it is collected, and on what legal basis")
        parser.add_argument("--control", help="with --run: the collection that says what chance gives")
        parser.add_argument(
            "--run", metavar="TRACE", help="find clusters by this trace now, such as repost or url"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        mapping = dict(pair.split("=", 1) for pair in options["map"] if "=" in pair)
        collection = Collection.objects.filter(name=options["name"]).first() or collections.create(
            name=options["name"],
            source=Collection.Source.FILE,
            purpose=options["purpose"],
            organisation=None,
            actor=None,
        )
        kind = "mapped" if mapping else options["format"]
        try:
            done = collections.import_posts(
                collection=collection,
                path=options["path"],
                kind=kind,
                mapping=mapping,
                pictures=options["pictures"],
            )
        except (RowError, collections.ImportFailedError) as error:
            raise CommandError(str(error)) from error
        for reason in done.reasons:
            self.stdout.write(f"{self.style.WARNING('refused row')} {reason}")
        said = (
            f"{done.posts} posts, {done.shares} new shares, {done.refused} rows refused: {collection.kinds}"
        )
        self.stdout.write(self.style.SUCCESS(said))
        if options["run"]:
            parameters = parameters_of(options["run"])
            if options["control"]:
                control = Collection.objects.filter(name=options["control"]).first()
                if control is None:
                    raise CommandError(f"no collection is named {options['control']}")
                parameters["control"] = control.pk
            run = runs.start(
                collection=collection,
                trace=options["run"],
                parameters=parameters,
                actor=None,
                is_queued=False,
            )
            runs.perform(run=run)
            run.refresh_from_db()
            self.stdout.write(f"run {run.pk} {run.state}: {run.report['counts']}")
