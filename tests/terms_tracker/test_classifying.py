"""Changes are classed as they are recorded, or later when an archive was imported."""

import pytest
from django.urls import reverse

from terms_tracker.models import Topic, Version
from terms_tracker.services import classifying, indexing, topics
from tests.factories import CollectionFactory, ServiceFactory, TermsFactory, recorded

pytestmark = pytest.mark.django_db
FIRST = "We keep data for 30 days. You may leave at any time you like."
SECOND = "We keep data for 90 days. You may leave at any time you like."
POLITICAL = SECOND + " We do not accept political advertising on this service anymore."


def record(terms, *texts):
    """These texts, a month after another."""
    for month, text in enumerate(texts, 1):
        recorded(terms, text, f"2026-{month:02}-10")


@pytest.fixture
def terms():
    return TermsFactory(
        service=ServiceFactory(collection=CollectionFactory(key="demo"), key="Findly"),
        type="Terms of Service",
    )


def test_a_recorded_change_says_at_once_what_it_is(terms):
    topics.load_into_empty()
    record(terms, FIRST, SECOND, POLITICAL, FIRST)
    first, *changes = terms.versions.order_by("fetched_at")
    assert (first.change_class, first.words_added) == ("", 14)
    assert [each.change_class for each in changes] == ["substance", "substance", "blink"]
    assert [topic.code for topic in changes[1].topics.all()] == ["political-ads"]
    assert changes[1].touched["added"] == 1
    assert changes[0].significance > changes[2].significance == 0


def test_what_was_indexed_in_bulk_is_classed_the_same_by_the_sweep(terms):
    topics.load_into_empty()
    record(terms, FIRST, SECOND, POLITICAL, FIRST)
    columns = ("change_class", "significance", "blob", "touched", "keeps_date")
    before = list(terms.versions.values(*columns))
    Version.objects.all().delete()
    indexing.reindex(terms.service.collection, "versions")
    assert set(Version.objects.values_list("rules", flat=True)) == {0}
    assert classifying.sweep() == 4
    assert list(terms.versions.values(*columns)) == before
    assert classifying.sweep() == 0


def test_the_list_folds_what_says_nothing_new_and_shows_it_when_asked(client, terms):
    record(terms, FIRST, SECOND, SECOND.replace(". You", ".\n\nYou"), FIRST)
    page = client.get("/terms/changes/")
    assert [each.change_class for each in page.context["page_obj"]] == ["substance"]
    assert "2 changes that say nothing new" in page.content.decode()
    everything = client.get("/terms/changes/?all=1")
    assert len(everything.context["page_obj"]) == 3
    blinks = client.get("/terms/changes/?change_class=blink").context["page_obj"]
    assert [each.change_class for each in blinks] == ["blink"]


def test_changes_are_narrowed_by_topic_and_ordered_by_significance(client, terms):
    topics.load_into_empty()
    other = TermsFactory(service=terms.service, type="Privacy Policy")
    record(terms, FIRST, SECOND, POLITICAL)
    record(other, "It is a rather long text.", "It is a fairly long text.")
    found = client.get("/terms/changes/?topic=political-ads&since=2000-01-01").context["page_obj"]
    assert [each.terms for each in found] == [terms]
    ordered = [
        each.significance for each in client.get("/terms/changes/?order=significance").context["page_obj"]
    ]
    assert ordered == sorted(ordered, reverse=True)
    assert len(ordered) == 3


def test_a_change_leads_with_what_matters_and_says_why_it_counts(client, terms):
    record(terms, FIRST, POLITICAL)
    page = client.get(terms.versions.first().get_change_url()).content.decode()
    assert "1 sentence added" in page
    assert "1 sentence reworded" in page
    assert "Significance:" in page


def test_an_admin_may_take_topics_away_and_they_stay_away():
    topics.load_into_empty()
    Topic.objects.exclude(code="minors").delete()
    topics.load_into_empty()
    assert Topic.objects.count() == 1


def test_the_filters_do_not_tell_of_a_private_collection(client):
    collection = CollectionFactory(key="closed", name="Hidden one", is_public=False)
    hidden = TermsFactory(service=ServiceFactory(collection=collection, key="Chirper"))
    record(hidden, FIRST, SECOND)
    page = client.get(f"/terms/changes/?collection={hidden.service.collection.key}")
    assert "Hidden one" not in page.content.decode()
    assert not page.context["page_obj"].object_list


def topic_saved(client, phrases):
    """An administrator writes the phrases of the topic, and what the page says."""
    topic = Topic.objects.get(code="odd")
    fields = {"code": "odd", "name_en": "A", "name_fr": "B", "position": 0, "is_active": "on"}
    return client.post(
        reverse("admin:terms_tracker_topic_change", args=[topic.pk]), {**fields, "phrases": phrases}
    )


def test_phrases_are_written_one_a_line_whatever_they_look_like(as_, terms):
    topic = Topic.objects.create(code="odd", phrases=["old"])
    assert (
        ">\nold</textarea>"
        in as_("ada").get(reverse("admin:terms_tracker_topic_change", args=[topic.pk])).content.decode()
    )
    written = 'political advertising\n\n  (unclosed \n[\n5\n"quoted"\npolitical advertising'
    assert topic_saved(as_("ada"), written).status_code == 302
    topic.refresh_from_db()
    assert topic.phrases == ["political advertising", "(unclosed", "[", "5", '"quoted"']
    record(terms, FIRST, POLITICAL)
    assert topic in Version.objects.changes().get().topics.all()


def test_a_topic_without_phrases_is_refused(as_):
    Topic.objects.create(code="odd", phrases=["old"])
    assert topic_saved(as_("ada"), "\n \n").status_code == 200
    assert Topic.objects.get(code="odd").phrases == ["old"]
