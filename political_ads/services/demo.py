"""The invented ads of the demonstration, with a past: people have answered, two reviewers have looked."""

import hashlib
import io
import random
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from disinfo.accounts.models import User
from political_ads.assignments import Assignment
from political_ads.demo_ads import DEMO_ADS, DemoAd
from political_ads.fingerprints import fingerprint
from political_ads.labels import CLASSES, Label
from political_ads.models import Ad, Advertiser, Creative, Media, Source, Task, Vote, Voter
from political_ads.queue import Bucket
from political_ads.services import monitoring, reporting, reviewing, triage, voting
from political_ads.services.queueing import enqueue_new

_SOURCE = "demo-ads"
_PEOPLE, _DAYS = 24, 20
_GOLD_EVERY, _UNTOUCHED_EVERY, _DISPUTED_EVERY, _SAMPLED_EVERY = 9, 2, 13, 3


def load(*, people: Mapping[str, User], say: Callable[[str], object]) -> None:
    """Add what is missing of the demo; what is there already is left as it is."""
    if Source.objects.filter(slug=_SOURCE).exists():
        return
    say(f"{len(DEMO_ADS)} invented ads, with answers of invented people")
    chance = random.Random(5)  # noqa: S311 (a demonstration that is the same each time)
    with transaction.atomic():
        source = Source.objects.create(slug=_SOURCE, name="Demo library", platform="demo", country="FR")
        creatives = [_creative(source, ad, chance) for ad in DEMO_ADS]
        enqueue_new()
        # Of so few ads a larger sample, or its page would have nothing to show.
        sampled = [creative.pk for _, creative in creatives[::_SAMPLED_EVERY]]
        Task.objects.filter(pk__in=sampled).update(is_audit=True, bucket=Bucket.AUDIT)
        _make_gold(creatives, people.get("admin"))
    _answer(creatives, chance)
    _review(people)
    _report()
    triage.train()
    monitoring.run()


def _creative(source: Source, ad: DemoAd, chance: random.Random) -> tuple[DemoAd, Creative]:
    creative, _new = Creative.objects.get_or_create(
        fingerprint=fingerprint(text=ad.text), defaults={"text": ad.text, "language": ad.language}
    )
    if ad.has_picture:
        _draw(creative, ad)
    advertiser, _new = Advertiser.objects.get_or_create(
        platform="demo", external_id=ad.advertiser, defaults={"name": ad.advertiser}
    )
    for copy in range(ad.copies):
        started = timezone.now() - timedelta(days=chance.randint(5, 90))
        spend, shown = chance.choice([0, 100, 500, 1_000]), chance.choice([0, 1_000, 5_000, 50_000, 200_000])
        Ad.objects.create(
            source=source,
            external_id=f"{creative.pk}-{copy}",
            advertiser=advertiser,
            creative=creative,
            payer=ad.payer,
            currency="EUR" if ad.language == "fr" else "GBP",
            spend_low=spend,
            spend_high=spend * 5 - 1 if spend else 99,
            impressions_low=shown,
            impressions_high=shown * 5 - 1 if shown else 999,
            created_on=started,
            started_on=started,
            stopped_on=started + timedelta(days=chance.randint(2, 20)),
            platforms=["Demobook"],
            countries=["FR"] if ad.language == "fr" else ["IE"],
            content_hash=hashlib.sha256(f"{creative.pk}-{copy}".encode()).hexdigest(),
            first_seen_at=started,
            last_seen_at=timezone.now(),
        )
    return ad, creative


def _draw(creative: Creative, ad: DemoAd) -> None:
    """A poster of stripes in the advertiser's own colours."""
    digest = hashlib.sha256(ad.advertiser.encode()).digest()
    image = Image.new("RGB", (640, 360), (digest[0] // 2 + 96, digest[1] // 2 + 96, digest[2] // 2 + 96))
    pen = ImageDraw.Draw(image)
    for stripe in range(6):
        dark = tuple(value // 2 for value in digest[3 + stripe : 6 + stripe])
        pen.polygon(
            [(stripe * 120, 360), (stripe * 120 + 60, 360), (stripe * 120 + 240, 0), (stripe * 120 + 180, 0)],
            fill=dark,
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    media = Media(
        creative=creative,
        mime="image/jpeg",
        width=640,
        height=360,
        sha256=hashlib.sha256(out.getvalue()).hexdigest(),
        alternative=f"Coloured stripes, the poster of “{ad.advertiser}”",
    )
    media.file.save(f"demo-{creative.pk}.jpg", ContentFile(out.getvalue()))


def _make_gold(creatives: list[tuple[DemoAd, Creative]], author: User | None) -> None:
    for ad, creative in creatives[::_GOLD_EVERY]:
        reviewing.make_gold(creative=creative, label=ad.meant, note="Written for this.", actor=author)


def _answer(creatives: list[tuple[DemoAd, Creative]], chance: random.Random) -> None:
    """Half of the ads are answered, some of them in discord; the rest waits for whoever opens the demo.

    In each language more than ten wait, so that two people can each classify ten.
    """
    crowd = [Voter.objects.create(gold_seen=10, gold_right=chance.randint(7, 10)) for _ in range(_PEOPLE)]
    for place, (ad, creative) in enumerate(creatives):
        if place % _UNTOUCHED_EVERY == 0:
            continue
        is_disputed = place % _DISPUTED_EVERY == 5
        others = [ad.meant, chance.choice([label for label in CLASSES if label is not ad.meant])]
        for turn, person in enumerate(
            chance.sample(crowd, 10 if is_disputed else chance.choice([3, 5, 6, 7]))
        ):
            label = others[turn % 2] if is_disputed else _said(ad.meant, chance)
            issued = timezone.now() - timedelta(seconds=chance.randint(6, 60))
            vote = voting.vote(assignment=Assignment(creative.pk, person.pk, issued), label=label)
            at = timezone.now() - timedelta(days=chance.randint(0, _DAYS), minutes=chance.randint(6, 600))
            Vote.objects.filter(pk=vote.pk).update(created_at=at)


def _said(meant: Label, chance: random.Random) -> Label:
    return meant if chance.random() < 0.93 else chance.choice(list(Label))


def _review(people: Mapping[str, User]) -> None:
    """Two reviewers agree on one finding; another waits for the second of them."""
    reviewers = [people[key] for key in ("admin", "regulator") if key in people]
    waiting = Task.objects.to_review().filter(state=Task.State.RETIRED).order_by("pk")
    for task, count in zip(waiting[:2], (2, 1), strict=False):
        for reviewer in reviewers[:count]:
            reviewing.review(
                creative=task.creative,
                reviewer=reviewer,
                label=Label(task.top),
                note="It names whom to vote for.",
            )


def _report() -> None:
    values = {
        "platform": "A video app",
        "text": "Dimanche, un seul choix : Duvallon. (vu entre deux vidéos de cuisine)",
        "seen_on": timezone.localdate() - timedelta(days=2),
        "language": "fr",
        "country": "FR",
    }
    reporting.report(values=values, picture=None, network="")
