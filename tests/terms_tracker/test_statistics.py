"""How much terms change, how long and how hard to read they are."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from terms_tracker.readability import readability
from tests.terms_tracker.factories import FIRST, SECOND, changed, open_terms

EASY = "We keep your data safe. You can ask us for it. We give it to you in one day. " * 12
HARD = (
    "Notwithstanding any provision to the contrary, the aforementioned intermediary undertakes the dissemination of "
    "communications originating from the administration of the organisation for the determination of responsibility. "
) * 12
FRENCH = (
    "Nous gardons vos données et vous pouvez les demander. Nous les donnons dans la journée pour vous aider. "
    * 12
)


def test_a_plain_text_is_easier_than_a_lawyers():
    assert readability(EASY).ease > 80
    assert readability(HARD).ease < 10


def test_the_formula_is_the_one_of_the_language():
    french = readability(FRENCH)
    assert (french.language, readability(EASY).language) == ("fr", "en")
    assert french.words == 12 * 18
    assert french.sentences == 24
    assert 60 < french.ease < 100


@pytest.mark.parametrize("text", ["", "Too short.", "本条款适用于您对服务的使用。" * 100, "# A\n\n| b |"])
def test_a_text_that_cannot_be_judged_has_no_figure(text):
    assert readability(text).ease is None


@given(st.text(max_size=400))
def test_any_text_is_measured(text):
    assert readability(text).words >= 0


@pytest.mark.django_db
def test_pages_and_files_say_the_same(client):
    terms = open_terms()
    changed(terms, before=FIRST + EASY, after=SECOND + EASY)
    changed(terms, after=SECOND.replace("appeal", "**appeal**") + EASY, day="2026-03-03")
    page = client.get(reverse("terms:statistics")).content.decode()
    assert "2026-02" in page
    assert ">2026-03<" not in page, "folded unless asked for"
    assert ">2026-03<" in client.get(reverse("terms:statistics"), {"all": "1"}).content.decode()
    address = reverse("terms:terms_statistics", args=["open", terms.service.slug, terms.slug])
    assert address in page
    assert address in client.get(terms.get_absolute_url()).content.decode()
    table = b"".join(client.get(reverse("terms:statistics_table"))).decode().splitlines()
    assert table[1:] == ["2026-02,substance,Terms of Service,1", "2026-03,layout,Terms of Service,1"]
    assert "Reading ease" in client.get(address).content.decode()
    rows = b"".join(client.get(address, {"format": "csv"})).decode().splitlines()
    assert len(rows) == 4
    assert rows[1].startswith("2026-01-01")


@pytest.mark.django_db
def test_private_collections_count_for_their_own_only(client):
    terms = open_terms()
    changed(terms)
    terms.service.collection.is_public = False
    terms.service.collection.save()
    assert "2026-02" not in client.get(reverse("terms:statistics")).content.decode()
    assert b"".join(client.get(reverse("terms:statistics_table"))).decode().strip().count("\n") == 0
