"""When a phrase came and went, over every version ever archived."""

import pytest
from django.contrib.auth.models import AnonymousUser

from terms_tracker import archives
from terms_tracker.mentions import appearances_of, mentions
from terms_tracker.models import Appearance, Sentence, Version
from terms_tracker.services import indexing, remembering
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

pytestmark = pytest.mark.django_db
KEPT = "You may leave at any time you like."
ADS = "We do not accept political advertising here."


@pytest.fixture
def collection():
    return CollectionFactory(key="demo")


def record(collection, key, *texts):
    """Terms with these texts, a month after another."""
    terms = TermsFactory(service=ServiceFactory(collection=collection, key=key), type="Terms of Service")
    for month, text in enumerate(texts, 1):
        recorded(terms, text, f"2026-{month:02}-10")
    return terms


def months(query, **options):
    """Service, first month, last month of each mention."""
    return [
        (
            each.terms.service.key,
            each.since.since.fetched_at.month,
            each.gone.until.fetched_at.month if each.gone else None,
        )
        for each in mentions(appearances_of(query, AnonymousUser(), **options))
    ]


@pytest.fixture
def told(collection, client):
    record(collection, "Findly", KEPT, f"{KEPT} {ADS}", f"{KEPT}\n\n## Ads\n\n{ADS}", KEPT)
    record(collection, "Chirper", f"{KEPT}\n\n{ADS.replace('here', 'on Chirper')}")
    assert remembering.sweep() == 5


def test_a_phrase_tells_which_services_said_it_since_and_until_when(told):
    assert months("political advertising") == [("Chirper", 1, None), ("Findly", 2, 4)]


def test_words_are_found_without_case_and_accents_but_in_order(told):
    assert months("POLITICAL  Advertïsing")
    assert not months("advertising political")
    assert not months("")
    assert not months('"; DROP TABLE')


def test_one_very_sentence_is_told_apart_from_those_like_it(told):
    assert months(ADS, is_sentence=True) == [("Findly", 2, 4)]


def test_each_sentence_is_stored_once(told):
    assert Sentence.objects.count() == 3
    assert Sentence.objects.get(text=KEPT).appearances.count() == 2


def test_a_sentence_that_comes_back_has_two_appearances(collection):
    terms = record(collection, "Findly", f"{KEPT} {ADS}", KEPT, f"{KEPT} {ADS}")
    remembering.sweep()
    rows = terms.appearances.filter(sentence__text=ADS).order_by("pk")
    assert [(row.since.fetched_at.month, row.until and row.until.fetched_at.month) for row in rows] == [
        (1, 2),
        (3, None),
    ]


def test_what_is_recorded_later_goes_on_and_what_is_older_is_put_in_its_place(collection):
    terms = record(collection, "Findly", KEPT)
    remembering.sweep()
    recorded(terms, f"{KEPT} {ADS}", "2026-05-10")
    assert remembering.sweep() == 1
    assert months("political advertising") == [("Findly", 5, None)]
    recorded(terms, f"{ADS} {KEPT} It was so.", "2025-05-10")
    remembering.sweep()
    rows = Appearance.objects.filter(sentence__text=ADS).order_by("since__fetched_at")
    assert [row.since.fetched_at.year for row in rows] == [2025, 2026]


def test_an_archive_indexed_anew_tells_the_same_history(told, collection):
    before = months("political advertising")
    Version.objects.all().delete()
    indexing.reindex(collection, archives.VERSIONS)
    remembering.sweep()
    assert months("political advertising") == before


def test_what_no_terms_ever_said_any_more_is_forgotten(told):
    Version.objects.all().delete()
    assert not months("political advertising")
    assert remembering.forget_unsaid() == 3


def test_the_page_is_for_everybody_but_tells_nothing_of_private_collections(told, client, collection):
    page = client.get("/terms/clauses/?q=political+advertising").content.decode()
    assert "Documents that say or said it: 2; today: 1." in page
    collection.is_public = False
    collection.save()
    assert (
        "No terms say or said this" in client.get("/terms/clauses/?q=political+advertising").content.decode()
    )
