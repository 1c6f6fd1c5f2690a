"""Libraries of ads for tests: sources, records, and looks that are really imported."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import factory

from disinfo.leases import lease
from political_ads.models import Ad, Election, LibrarySnapshot, Rule, RuleHit, Source, Task
from political_ads.services import importing
from political_ads.sources import AdRecord, Refused


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"library-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.title())
    platform = factory.LazyAttribute(lambda o: o.slug)
    country = "FR"
    format = "generic"


class ElectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Election

    slug = factory.Sequence(lambda n: f"election-{n}")
    name = "European election"
    country = "FR"
    first_round = datetime(2019, 5, 26, tzinfo=UTC).date()


class RuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rule

    code = factory.Sequence(lambda n: f"rule-{n}")
    country = "FR"
    title = "No paid election advertising"
    summary = "It is forbidden in the months before."
    reference = "L. 52-1"
    predicate = "promotes_or_new_element"
    window = "months_to_decisive_round"
    parameters = {"months": 6}


def moment(day: str) -> datetime:
    """A day, or a day and time, in UTC."""
    found = datetime.fromisoformat(day)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def record(key: str, **values: Any) -> AdRecord:
    """An ad of its own text, of a page that all records share."""
    usual = {
        "advertiser_id": "page",
        "advertiser_name": "Demain la Ville",
        "text": f"Votez le {key}",
        "payer": "Association Demain",
        "currency": "EUR",
        "spend": (0, 99),
        "impressions": (1000, 4999),
        "started_on": moment("2019-01-10"),
        "countries": ("FR",),
    }
    return AdRecord(external_id=key, **{**usual, **values})


def look(
    source: Source,
    day: str,
    records: Iterable[AdRecord | Refused | str],
    *,
    is_walked: bool = True,
    digest: str = "",
) -> LibrarySnapshot:
    """Import what a library held on a day; a plain key stands for a record."""
    rows: Sequence[AdRecord | Refused] = [record(each) if isinstance(each, str) else each for each in records]
    with lease(f"ads-import:{source.pk}", seconds=60) as held:
        return importing.import_records(
            source=source,
            records=rows,
            taken_at=moment(day),
            digest=digest or f"{source.slug}-{day}",
            held=held,
            is_walked=lambda: is_walked,
        )


def library_ad() -> Ad:
    """An ad of the source "library", which two complete looks held, with a hit to check."""
    source = SourceFactory(slug="library", name="Library")
    look(source, "2019-05-01", ["1", "2"])
    look(source, "2019-05-05", ["1"])
    ad = Ad.objects.select_related("source", "creative", "advertiser").get(external_id="1")
    rule = RuleFactory(code="library-rule")
    RuleHit.objects.create(ad=ad, rule=rule, since=date(2019, 5, 1), until=date(2019, 5, 26))
    return ad


def settle(text: str, label: str) -> None:
    """Citizens have settled on a label for the creative with this text."""
    Task.objects.filter(creative__text=text).update(state=Task.State.RETIRED, top=label, confidence=0.97)


def changed(key: str, **values: Any) -> AdRecord:
    """A record that differs from `record(key)` in these."""
    return replace(record(key), **values)
