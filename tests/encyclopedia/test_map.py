"""The map of actors by country."""

import pytest

from encyclopedia import atlas
from tests.encyclopedia.factories import page

db = pytest.mark.django_db


@pytest.fixture
def sheet(monkeypatch):
    monkeypatch.setattr(atlas, "shapes", lambda: frozenset({"FR", "RO", "BR"}))


@db
def test_the_map_draws_countries_that_have_a_shape_darker_the_more_there_are(client, sheet):
    for number in range(4):
        page(f"Actor {number}", kind="actor", countries=("RO", "FR", "TV") if number < 1 else ("RO", "BR"))
    text = client.get("/encyclopedia/countries/").content.decode()
    assert text.count('aria-label="Romania: 4 actors"') == 2  # in Europe and in the world
    assert text.count('class="shade-3" href="/static/vendor/countries.svg#RO"') == 2
    assert text.count('class="shade-2" href="/static/vendor/countries.svg#BR"') == 1
    assert "countries.svg#TV" not in text
    assert "Tuvalu" in text  # in the table


@db
def test_the_map_speaks_the_reader_s_language(client, sheet):
    page("Actor", kind="actor", countries=("RO",))
    text = client.get("/encyclopedia/countries/", headers={"accept-language": "fr"}).content.decode()
    assert 'aria-label="Roumanie : 1 acteur"' in text.replace("\N{NO-BREAK SPACE}", " ").replace(
        "\u202f", " "
    )


@db
def test_without_the_sheet_of_countries_the_table_is_there_alone(client, monkeypatch):
    monkeypatch.setattr(atlas, "shapes", frozenset)
    page("Actor", kind="actor", countries=("RO",))
    text = client.get("/encyclopedia/countries/").content.decode()
    assert "<figure" not in text
    assert "Romania" in text


def test_the_legend_says_how_many_each_shade_stands_for():
    def of(*numbers):
        return atlas.legend([atlas.Country("RO", "Romania", number, 0) for number in numbers])

    assert of() == []
    assert of(1) == [(1, 1, 1)]
    assert of(1, 5) == [(1, 1, 1), (2, 2, 3), (3, 4, 7)]
    assert of(400)[-1] == (5, 16, None)
