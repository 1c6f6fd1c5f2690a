"""What tests are made of."""

from datetime import UTC, datetime

import factory
from django.utils import timezone
from django.utils.text import slugify

from disinfo.accounts.models import Membership, Organisation, User
from terms_tracker import archives
from terms_tracker.archive import Entry
from terms_tracker.models import Collection, Service, SourceDocument, Terms, Version
from terms_tracker.services import indexing


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@people.example")
    name = "Someone"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.LazyAttribute(lambda o: slugify(o.name))
    status = Organisation.Status.VETTED


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)


class CollectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Collection

    key = factory.Sequence(lambda n: f"collection-{n}")
    name = factory.LazyAttribute(lambda o: o.key.title())


class ServiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Service

    collection = factory.SubFactory(CollectionFactory)
    key = factory.Sequence(lambda n: f"Service {n}")
    name = factory.LazyAttribute(lambda o: o.key)
    slug = factory.LazyAttribute(lambda o: slugify(o.key))


class TermsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Terms

    service = factory.SubFactory(ServiceFactory)
    type = "Terms of Service"
    slug = factory.LazyAttribute(lambda o: slugify(o.type))
    declaration = factory.LazyAttribute(
        lambda o: {"fetch": "https://service.example/terms", "select": "main"}
    )
    host = "service.example"
    next_check_at = factory.LazyFunction(timezone.now)


class SourceDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SourceDocument

    terms = factory.SubFactory(TermsFactory)
    position = 0
    location = "https://service.example/terms"


def recorded(terms: Terms, text: str, day: str = "2026-01-01", *, is_upgrade: bool = False) -> Version:
    """A version of `terms` really written to the archive on `day` (2026-01-31, or with a time), and indexed."""
    at = datetime.fromisoformat(day)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    service = terms.service
    snapshot = archives.archive_of(service.collection, archives.SNAPSHOTS).record(
        Entry(
            service=service.key,
            terms_type=terms.type,
            content=f"<main>{text}</main><!-- {day} -->",
            fetched_at=at,
            extension="html",
        )
    )
    assert snapshot
    indexing.add_snapshot(terms, snapshot)
    entry = Entry(
        service=service.key,
        terms_type=terms.type,
        content=text,
        fetched_at=at,
        snapshot_ids=(snapshot.sha,),
        is_upgrade=is_upgrade,
    )
    record = archives.archive_of(service.collection, archives.VERSIONS).record(entry)
    assert record, "the text is what it was: nothing to record"
    return indexing.add_version(terms, record, text)
