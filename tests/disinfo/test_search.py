"""The search over all tools: what it finds, whatever the database, and in which order."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import islice, product

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from disinfo import search, stems
from disinfo.portal.models import SearchEntry

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


def put_in(language, title, body=""):
    search.put(
        tool="encyclopedia", key=title, kind="page", url="/x/", title=title, body=body, language=language
    )


@pytest.mark.parametrize(
    ("language", "text", "queries"),
    [
        ("en", "A bot floods two accounts", ["bots", "flooding", "account flooded", "bots accounts"]),
        (
            "fr",
            "Des campagnes manipulées",
            ["campagne", "Campagne manipulée", "manipulées campagnes", "campa"],
        ),
        ("fr", "Journal", ["journaux"]),
        ("fr", "Journaux", ["journal"]),
        ("en", "Countries", ["country", "countr"]),
    ],
)
def test_a_word_is_found_by_another_of_its_forms(language, text, queries):
    put_in(language, "Title", text)
    put_in(language, "Another", "nothing of it")
    for query in queries:
        assert titles(query) == ["Title"], query
        assert search.matching(query, tool="encyclopedia", limit=9) == ["Title"]


def test_the_word_that_was_asked_for_comes_before_its_other_forms():
    put_in("en", "Flooding")
    put_in("en", "Floods")
    assert titles("floods")[0] == "Floods"


def test_a_word_of_a_language_without_stems_is_found_as_it_is_written():
    put_in("de", "Bots")
    assert titles("bots") == ["Bots"]
    assert titles("bottes") == []


def test_a_form_is_marked_in_the_piece_that_is_shown_and_a_longer_word_is_not():
    parts = search.excerpt("The bot and the bottlenecks of accounts", "bots account").parts
    assert [text for text, is_match in parts if is_match] == ["bot", "accounts"]


def test_what_was_indexed_without_stems_is_indexed_again():
    put_in("en", "Bots", "Two accounts")
    entry = SearchEntry.objects.get()
    entry.title_words, entry.body_words = "bots", "two accounts"
    entry.save()
    assert titles("bot account") == []
    import_module("disinfo.portal.migrations.0004_search_stems").index_again(apps, None)
    assert titles("bot account") == ["Bots"]


def test_the_longest_text_with_no_word_twice_can_be_found():
    letters = "abcdefghijklmnopqrst"
    words = ("".join(each) + "ations" for each in product(letters, repeat=4))
    put_in("en", "Long", " ".join(islice(words, 60_000))[: search._LONGEST_BODY])
    assert titles("aaaaations") == ["Long"]


def test_threads_stem_words_at_once_without_mixing_them():
    words = [
        f"{a}{b}{ending}" for a in ("flood", "manipul") for b in "aeiou" for ending in ("ations", "ings")
    ]
    stems.stem.cache_clear()
    alone = [stems.stem.__wrapped__(word, "en") for word in words]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(
            lambda _turn: [stems.stem.__wrapped__(word, "en") for word in words], range(64)
        ):
            assert found == alone


@given(st.text(alphabet="abcdeéèÊïxs'-1 ", max_size=60), st.sampled_from(["fr", "en", "de", ""]))
def test_a_text_is_found_by_each_of_its_own_words(text, language):
    put_in(language, "It", text)
    for word in search._WORD.findall(search.fold(text)):
        assert titles(word) == ["It"]


def test_of_a_question_the_words_that_are_everywhere_say_nothing_and_the_rare_ones_count_most(monkeypatch):
    monkeypatch.setattr(search, "_MOST_OF_A_WORD", 4)
    monkeypatch.setattr(search, "_MOST_RANKED", 6)
    for key in range(9):
        put(key, f"Terms {key}", "election nothing", tool="terms")
    for key in range(10, 15):
        put(key, f"Page {key}", "common words")
    put(20, "Rare", "common hashtag")
    put(21, "Less rare", "common flooding")
    put(22, "Also less rare", "flooding")
    found = search.keys_of_some("common flooding hashtag", ANYBODY, tool="encyclopedia", limit=9)
    assert found[0] == "20"
    assert set(found[1:]) == {"21", "22"}
    # Everywhere in another tool, and here in one page alone.
    put(23, "Vote", "election")
    assert search.keys_of_some("which election", ANYBODY, tool="encyclopedia", limit=9) == ["23"]
