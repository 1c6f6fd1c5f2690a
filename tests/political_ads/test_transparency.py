"""What Regulation (EU) 2024/900 asks to be told, held against what a library tells."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.law import Disclosed, Told, applies, checklist
from political_ads.models import Rule
from tests.political_ads.library_factories import SourceFactory, library_ad, look, record


def told(**values):
    return {line.item.code: line.told for line in checklist(Disclosed(**values))}


def test_an_empty_column_is_missing_and_what_no_library_tells_is_not_told():
    found = told()
    assert found["sponsor"] == found["amounts"] == found["period"] == Told.MISSING
    assert found["complaints"] == found["notice"] == Told.NOT_TOLD


def test_what_is_told_is_shown_with_its_value():
    details = {"target_ages": ["18", "65+"], "eu_total_reach": 1200}
    lines = {line.item.code: line for line in checklist(Disclosed(payer="Jane Roe", details=details))}
    assert (lines["sponsor"].told, lines["sponsor"].value) == (Told.GIVEN, "Jane Roe")
    assert (lines["targeting"].told, lines["targeting"].value) == (Told.GIVEN, "18; 65+")
    assert lines["reach"].value == "1200"


@pytest.mark.parametrize(("seen", "expected"), [(True, Told.GIVEN), (False, Told.MISSING)])
def test_what_citizens_saw_on_the_ad_itself_counts_where_the_library_is_silent(seen, expected):
    assert told(checks={"political_label": seen})["label"] == expected


def test_the_regulation_applies_from_its_day_on():
    assert not applies(Disclosed(started_on=date(2025, 9, 1), stopped_on=date(2025, 10, 9)))
    assert applies(Disclosed(started_on=date(2025, 9, 1), stopped_on=date(2025, 10, 10)))
    assert not applies(Disclosed())


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists)))
def test_whatever_a_platform_says_every_item_has_one_line(details):
    lines = checklist(Disclosed(details=details))
    assert len({line.item.code for line in lines}) == len(lines)
    assert all(len(line.value) <= 300 for line in lines)


@pytest.mark.django_db
def test_the_page_and_the_dossier_of_an_ad_carry_the_checklist(client):
    look(SourceFactory(slug="chirper"), "2026-01-01", [record("1", payer="")])
    page = client.get("/ads/ad/chirper/1/")
    assert "missing: to check" in page.content.decode()
    dossier = client.get(f"/ads/dossier/ad/{page.context['ad'].pk}/?format=json")
    rows = {row["code"]: row for row in dossier.json()["checklist"]["rows"]}
    assert rows["sponsor"]["told"] == "missing"


@pytest.mark.django_db
def test_without_dates_nothing_is_said_of_when_it_was_shown(client):
    source = SourceFactory(slug="chirper")
    look(source, "2026-01-01", [record("1", started_on=None)])
    page = client.get("/ads/ad/chirper/1/", headers={"accept-language": "en"}).content.decode()
    assert "does not say when this ad was shown" in page
    assert "by its dates" not in page


@pytest.mark.django_db
def test_the_dossier_and_the_filter_speak_the_language_of_the_reader(client):
    ad = library_ad()
    Rule.objects.update(title="Too late", title_fr="Trop tard")
    french = {"accept-language": "fr"}
    page = client.get(f"/ads/dossier/ad/{ad.pk}/", headers=french).content.decode()
    for word in ("Trop tard", "à vérifier", "dans la bibliothèque", "au plus 99"):
        assert word in page
    for word in ("Too late", "to_check", ">present<"):
        assert word not in page
    assert "Trop tard</option>" in client.get("/ads/library/", headers=french).content.decode()
