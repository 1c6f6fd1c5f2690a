"""Invented shares with two planted groups, imported, searched, reviewed and published as real ones would be."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.conf import settings

from botdetect.models import Cluster, Collection, Review
from botdetect.services import collections, reviews, runs
from disinfo.accounts.models import Organisation, User

NAME = "Demo: invented shares"
_ACCOUNTS, _OBJECTS, _DAYS, _START = 400, 500, 30, 1_767_225_600
_MEMBERS, _ACTS = 12, 14


def load(*, people: dict[str, User], say: Callable[[str], object]) -> None:
    """Make the demo collection, one published cluster and one to review; nothing when it is there already."""
    if Collection.objects.filter(name=NAME).exists():
        return
    say("Bot clusters: invented shares, a published cluster and one to review")
    organisation = Organisation.objects.filter(slug="demo-authority").first()
    collection = collections.create(
        name=NAME,
        source=Collection.Source.FILE,
        platform="Chirper",
        purpose="Demonstration: nobody here exists.",
        organisation=organisation,
        actor=people.get("admin"),
    )
    path = Path(settings.VAR_DIR) / "demo-shares.csv"
    write_shares(path)
    collections.import_posts(collection=collection, path=path, kind="mapped", mapping=_MAPPING)
    path.unlink()
    run = runs.start(
        collection=collection, trace="url", parameters={"window": 60, "fast": 10}, actor=None, is_queued=False
    )
    runs.perform(run=run)
    _publish_first(
        run.clusters.order_by("number").first(),
        [people[key] for key in ("admin", "regulator") if key in people],
    )


_MAPPING = {
    "account": "account",
    "content": "post",
    "time": "time",
    "urls": "link",
    "handle": "handle",
    "created": "created",
}


def write_shares(path: Path) -> None:
    """A CSV of people who share at leisure and two groups that share within seconds; the same each time."""
    chance = np.random.default_rng(11)
    rows = [
        (int(who), int(what), int(_START + when))
        for who, what, when in zip(
            chance.integers(0, _ACCOUNTS, 5000),
            chance.integers(0, _OBJECTS, 5000),
            chance.integers(0, _DAYS * 86_400, 5000),
            strict=True,
        )
    ]
    for group in range(2):
        for act in range(_ACTS):
            at = int(chance.integers(0, _DAYS * 86_400))
            what = _OBJECTS + group * _ACTS + act
            there = [who for who in range(group * _MEMBERS, (group + 1) * _MEMBERS) if chance.random() < 0.8]
            rows += [(who, what, _START + at + int(chance.integers(0, 25))) for who in there]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_MAPPING.values())
        for number, (who, what, when) in enumerate(rows):
            is_planted = who < 2 * _MEMBERS
            handle = f"Invented{10_000_000 + who}" if is_planted else f"invented_{who}"
            created = _START - 40 * 86_400 + who * 20 if is_planted else _START - 86_400 * (100 + who * 3)
            link = f"https://news.example/article/{what}?utm_source=share"
            writer.writerow([2_000_000_000_000_000_000 + who, number, when, link, handle, created])


def _publish_first(cluster: Cluster | None, reviewers: list[User]) -> None:
    if cluster is None or len(reviewers) < reviews.REVIEWERS_NEEDED:
        return
    for reviewer in reviewers:
        reviews.review(
            cluster=cluster,
            reviewer=reviewer,
            decision=Review.Decision.COORDINATED,
            reason="Invented: the same links within seconds, a dozen times.",
            tags=[Review.Tag.AMPLIFIER],
            explanations=[Review.Explanation.SHARE_BUTTON, Review.Explanation.FEED],
        )
    reviews.publish(
        cluster=cluster,
        title="Invented accounts that share one news site",
        summary="A dozen invented accounts share the articles of an invented site within half a minute of each other.",
        actor=reviewers[0],
    )
