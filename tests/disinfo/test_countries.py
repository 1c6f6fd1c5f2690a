"""A country is known by its name in French or in English, by what people call it, and by its code."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from disinfo.countries import code_of, codes_in

NAMED = [
    (code, name)
    for language in ("en", "fr")
    for code, name in Locale(language).territories.items()
    if len(code) == 2 and code.isalpha() and code not in {"EZ", "QO", "XA", "XB", "ZZ"}
]


@given(st.sampled_from(NAMED), st.sampled_from([str.upper, str.lower, str.title, lambda name: f"  {name} "]))
def test_every_country_is_known_by_its_names_however_they_are_written(named, written):
    code, name = named
    assert code_of(written(name)) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ro", "RO"),
        ("USA", "US"),
        ("UK", "GB"),
        ("Czech Republic", "CZ"),
        ("Bosnia and Herzegovina", "BA"),
        ("Burma", "MM"),
        ("Côte d'Ivoire", "CI"),
        ("World", ""),
        ("Narnia", ""),
        ("", ""),
        ("ZZ", ""),
    ],
)
def test_what_people_write_beside_the_official_names_is_known(name, code):
    assert code_of(name) == code


def test_a_list_gives_each_country_once_and_leaves_out_what_is_none():
    assert codes_in("Lithuania, Lettonie; LT\nMars / Estonia") == ("LT", "LV", "EE")
    assert codes_in("") == ()


@given(st.text())
def test_no_text_makes_it_stumble(text):
    assert all(len(code) == 2 for code in codes_in(text))
