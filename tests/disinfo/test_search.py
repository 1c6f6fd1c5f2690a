"""The search over all tools: what it finds, whatever the database, and in which order."""

import pytest
from django.contrib.auth.models import AnonymousUser

from disinfo import search

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


@pytest.fixture
def few_ranked(monkeypatch):
    monkeypatch.setattr(search, "_MOST_RANKED", 3)


def put(key, title, body="", tool="encyclopedia"):
    search.put(tool=tool, key=str(key), kind="page", url=f"/{key}/", title=title, body=body)


def titles(query, **options):
    return [entry.title for entry in search.find(query, ANYBODY, **options)]


def test_a_title_comes_before_a_text():
    put(1, "Flooding", "Many messages")
    put(2, "Astroturfing", "It comes with flooding")
    assert titles("flooding") == ["Flooding", "Astroturfing"]


def test_of_a_word_that_is_everywhere_the_newest_and_those_titled_so_are_found(few_ranked):
    put(1, "Flooding", "flooding")
    for key in range(2, 12):
        put(key, f"Page {key}", "flooding")
    found = titles("flooding", tool="encyclopedia", limit=4)
    assert found[0] == "Flooding"
    assert set(found[1:]) == {"Page 9", "Page 10", "Page 11"}


def test_what_another_tool_has_of_a_word_takes_no_place_from_this_one(few_ranked):
    for key in range(3):
        put(key, f"Page {key}", "flooding")
    for key in range(10, 20):
        put(key, f"Terms {key}", "flooding", tool="terms")
    assert sorted(titles("flooding", tool="encyclopedia")) == ["Page 0", "Page 1", "Page 2"]


def test_signs_of_a_query_language_are_words_or_nothing():
    put(1, "Flooding")
    for query in ('"', "title_words : x", "flooding)", "flooding AND", "* ^ -", "'; --", "NEAR(flooding)"):
        titles(query)
    assert titles("flooding)") == ["Flooding"]
