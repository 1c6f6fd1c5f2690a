"""Two terms beside each other: alike, worded otherwise, only here."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from terms_tracker.sidebyside import Kind, side_by_side
from tests.factories import recorded
from tests.terms_tracker.factories import FIRST, SECOND, open_terms


def kinds(left, right):
    return [row.kind.value for row in side_by_side(left, right).rows]


def test_each_sentence_is_same_reworded_or_alone():
    left = "You may appeal within six months.\n\nWe sell nothing at all.\n\nThe law of France applies here."
    right = "You may appeal within ten months.\n\nCookies are eaten daily.\n\nThe law of France applies here."
    assert kinds(left, right) == ["reworded", "left", "right", "same"]


def test_a_sentence_in_another_order_is_still_the_same():
    assert kinds("One thing is said.\n\nTwo are said too.", "Two are said too.\n\nOne thing is said.") == [
        "same",
        "same",
    ]


def test_two_languages_stand_beside_each_other_by_section():
    found = side_by_side("# Rights\n\nYou may appeal.", "# Droits\n\nVous disposez de recours.")
    assert found.has_little_in_common
    ((one, other),) = found.sections
    assert (one.title, other.title) == ("Rights", "Droits")


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_sentence_is_lost_or_doubled(left, right):
    found = side_by_side(left, right)
    both = found.count(Kind.SAME) + found.count(Kind.REWORDED)
    from terms_tracker.clauses import clauses

    assert found.count(Kind.LEFT) + both == len(list(clauses(left)))
    assert found.count(Kind.RIGHT) + both == len(list(clauses(right)))
    assert side_by_side(left, left).count(Kind.SAME) == len(list(clauses(left)))


@pytest.mark.django_db
def test_the_page_compares_two_services_and_narrows(client):
    one, other = open_terms(), open_terms("Warbler", "other")
    recorded(one, FIRST)
    recorded(other, SECOND)
    address = reverse("terms:compare_two")
    assert f"{address}?left={one.pk}" in client.get(one.get_absolute_url()).content.decode()
    asked = {"left": one.pk, "right": other.pk}
    page = client.get(address, asked).content.decode()
    assert "<ins>You must give us a copy of your passport" in page
    assert "political advertising" in page
    narrowed = client.get(address, {**asked, "only": "right"}).content.decode()
    assert "political advertising to nobody" not in narrowed
    for wrong in ({"left": "x", "right": "²"}, {**asked, "at": "never"}, {"left": "9" * 40, "right": "1"}):
        assert client.get(address, wrong).status_code == 200


@pytest.mark.django_db
def test_private_terms_are_not_compared_for_strangers(client):
    one, other = open_terms(), open_terms("Warbler", "closed")
    recorded(one, FIRST)
    recorded(other, SECOND)
    other.service.collection.is_public = False
    other.service.collection.save()
    page = client.get(reverse("terms:compare_two"), {"left": one.pk, "right": other.pk}).content.decode()
    assert "passport" not in page
    assert "Warbler" not in page
