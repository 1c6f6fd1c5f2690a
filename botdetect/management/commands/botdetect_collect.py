from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botdetect.collectors.budget import Budget
from botdetect.collectors.websocket import RefusedError
from botdetect.models import Collection
from botdetect.services import collections, streams


class Command(BaseCommand):
    help = "Take public posts from Bluesky or Mastodon into a collection, within a budget of time and events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the collection: made when there is none of this name")
        parser.add_argument("--source", default="bluesky", choices=["bluesky", "mastodon"])
        parser.add_argument("--seconds", type=float, required=True, help="stop after so long")
        parser.add_argument("--most-events", type=int, required=True, help="stop after so many events")
        parser.add_argument("--address", default="", help="another stream than that of the settings")
        parser.add_argument("--purpose", default="", help="why it is collected, and on what legal basis")

    def handle(self, *_args: Any, **options: Any) -> None:
        collection = Collection.objects.filter(name=options["name"]).first() or collections.create(
            name=options["name"],
            source=options["source"],
            platform=str(Collection.Source(options["source"]).label),
            purpose=options["purpose"],
            organisation=None,
            actor=None,
        )
        budget = Budget(most_reads=options["most_events"], most_seconds=options["seconds"])
        try:
            new = streams.collect_stream(
                collection=collection,
                name=options["source"],
                budget=budget,
                address=options["address"],
                say=self.stdout.write,
            )
        except (streams.StreamBusyError, RefusedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"{new} new shares: {collection.kinds}"))
