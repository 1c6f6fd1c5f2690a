"""What tests of the bot clusters are made of."""

import csv
from pathlib import Path
from typing import Any

import factory

from botdetect.models import Collection, Run
from botdetect.services import collections, runs
from tests.botdetect.planted import planted_events


class BotCollectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Collection

    name = factory.Sequence(lambda n: f"Collection {n}")


def write_planted(path: Path, **options: Any) -> Path:
    """A CSV of planted shares, in CooRTweet's columns; the names of accounts have nineteen digits."""
    events, _group = planted_events(**options)
    rows = zip(events.object.tolist(), events.account.tolist(), events.time.tolist(), strict=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["object_id", "account_id", "content_id", "timestamp_share"])
        for number, (what, who, when) in enumerate(rows):
            writer.writerow([f"o{what}", 1_000_000_000_000_000_000 + who, number, when])
    return path


def filled_collection(folder: Path, **fields: Any) -> Collection:
    """A collection with planted shares in its file."""
    collection = BotCollectionFactory(**fields)
    path = write_planted(folder / f"planted-{collection.pk}.csv", accounts=100, objects=150)
    collections.import_posts(collection=collection, path=path)
    return collection


def finished_run(collection: Collection, *, trace: str = "object", **parameters: Any) -> Run:
    """A run over it, done."""
    run = runs.start(collection=collection, trace=trace, parameters=parameters, actor=None)
    runs.perform(run=run)
    run.refresh_from_db()
    return run
