"""What the tests of the crowd are made of: invented ads, people whose answers count, and their answers."""

import uuid
from datetime import UTC, datetime, timedelta

import factory
from django.utils import timezone

from political_ads.assignments import Assignment
from political_ads.labels import Label
from political_ads.models import Ad, Advertiser, Creative, Source, Task, Vote, Voter
from political_ads.queue import Bucket
from political_ads.services import voting

SEEN = datetime(2026, 3, 1, tzinfo=UTC)


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ("slug",)

    slug = "library"
    name = "A library"
    platform = "platform"


class AdvertiserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Advertiser

    platform = "platform"
    external_id = factory.Sequence(str)
    name = factory.Sequence(lambda n: f"Page {n}")


class CreativeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Creative

    fingerprint = factory.LazyFunction(lambda: uuid.uuid4().hex)
    text = factory.Sequence(lambda n: f"Come and see what number {n} is about.")
    language = "en"


class AdFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Ad

    source = factory.SubFactory(SourceFactory)
    external_id = factory.Sequence(lambda n: f"ad-{n}")
    advertiser = factory.SubFactory(AdvertiserFactory)
    creative = factory.SubFactory(CreativeFactory)
    content_hash = "0" * 64
    first_seen_at = SEEN
    last_seen_at = SEEN


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    creative = factory.LazyFunction(lambda: AdFactory().creative)
    language = "en"
    bucket = Bucket.FRESH_MEDIUM
    position = 0.5


class VoterFactory(factory.django.DjangoModelFactory):
    """Somebody who did well on ten known answers: theirs count."""

    class Meta:
        model = Voter

    gold_seen = 10
    gold_right = 9
    votes_count = 10


def answered(task: Task, label: Label, voter: Voter | None = None, *, network: str = "") -> Vote:
    """An answer given after a minute of reading."""
    person = voter or VoterFactory()
    issued = timezone.now() - timedelta(minutes=1)
    return voting.vote(assignment=Assignment(task.pk, person.pk, issued), label=label, network=network)


def in_a_blink(task: Task, label: Label, voter: Voter) -> Vote:
    """An answer given before anybody could have read anything."""
    return voting.vote(assignment=Assignment.now(task.pk, voter.pk), label=label)
