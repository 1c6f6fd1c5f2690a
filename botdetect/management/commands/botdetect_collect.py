from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botdetect.collectors.budget import Budget
from botdetect.models import Collection
from botdetect.services import collections, streams


class Command(BaseCommand):
    help = "Take public posts from Bluesky into a collection, within a budget of time and events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the collection: made when there is none of this name")
        parser.add_argument("--seconds", type=float, required=True, help="stop after so long")
        parser.add_argument("--most-events", type=int, required=True, help="stop after so many events")
        parser.add_argument("--address", default="", help="another Jetstream than BOTS_JETSTREAM")
        parser.add_argument("--purpose", default="", help="why it is collected, and on what legal basis")

    def handle(self, *_args: Any, **options: Any) -> None:
        collection = Collection.objects.filter(name=options["name"]).first() or collections.create(
            name=options["name"],
            source=Collection.Source.BLUESKY,
            platform="Bluesky",
            purpose=options["purpose"],
            organisation=None,
            actor=None,
        )
        budget = Budget(most_reads=options["most_events"], most_seconds=options["seconds"])
        try:
            new = streams.collect_bluesky(
                collection=collection, budget=budget, address=options["address"], say=self.stdout.write
            )
        except streams.StreamBusyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"{new} new shares: {collection.kinds}"))
