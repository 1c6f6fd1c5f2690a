"""The starter pages: whole in both languages, every link and source there, nobody's personal data in them."""

import json
import re
from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import translation

from encyclopedia import house_rules, markup, offering
from encyclopedia.formats import Refused
from encyclopedia.models import Kind, Page, Source
from encyclopedia.services import publishing, seeding, writing
from tests.encyclopedia.factories import PUBLISHES, document

PAGES = list(seeding.starter_pages())
ROWS = json.loads((seeding.STARTER / "sources.json").read_text(encoding="utf-8"))
SOURCES = {row["key"] for row in ROWS}
# What anybody can open, and knows the age of.
WHOLE = {row["key"] for row in ROWS if row.get("address") and row.get("date")}
SOURCED = ("tool", "actor", "case-study", "commitment")
LEAST = {"practice": 30, "tool": 30, "actor": 20, "case-study": 5, "commitment": 8, "concept": 14}


def quietly(_line):
    return None


def of(language):
    return {each.slug: each for each in PAGES if each.language == language}


def test_every_file_is_a_page():
    assert [each for each in PAGES if isinstance(each, Refused)] == []


def test_every_page_is_there_in_both_languages_with_the_same_kind_and_dates():
    english, french = of("en"), of("fr")
    assert english.keys() == french.keys()
    for slug, each in english.items():
        other = french[slug].document
        assert (each.document.kind, each.document.phases, each.document.criteria) == (
            other.kind,
            other.phases,
            other.criteria,
        ), slug
        assert each.document.title
        assert len(each.document.body.split()) > 20, slug
        assert len(other.body.split()) > 20, slug


def cited_by(each):
    return set(markup.read(each.document.body).citations)


def test_every_tool_actor_case_and_commitment_has_two_sources_with_address_and_date():
    sourced = [each for each in PAGES if each.document.kind in SOURCED]
    thin = [f"{each.language}/{each.slug}" for each in sourced if len(cited_by(each) & WHOLE) < 2]
    assert thin == []


def test_every_practice_has_a_source_but_for_what_is_only_arithmetic():
    practices = [each for each in PAGES if each.document.kind == "practice"]
    assert {each.slug for each in practices if not cited_by(each)} == {"baseline-comparison"}


def test_both_languages_of_a_page_cite_the_same_sources():
    french = of("fr")
    differing = [slug for slug, each in of("en").items() if cited_by(each) != cited_by(french[slug])]
    assert differing == []


def test_sources_have_one_key_a_date_that_is_one_and_an_address_that_is_encrypted():
    assert len(ROWS) == len(SOURCES)
    for row in ROWS:
        Source(**row).clean_fields(exclude=["id"])
        assert row.get("address", "https://").startswith("https://"), row["key"]


def test_there_are_enough_of_each_kind():
    counted = Counter(each.document.kind for each in PAGES if each.language == "fr")
    assert {kind: counted[kind] >= least for kind, least in LEAST.items()} == dict.fromkeys(LEAST, True)


@pytest.mark.parametrize("each", PAGES, ids=lambda each: f"{each.language}/{each.slug}")
def test_a_page_has_its_sources_and_names_nobody(each):
    reading = markup.read(each.document.body)
    assert set(reading.citations) <= SOURCES
    assert [finding for finding in house_rules.check(each.document) if finding.is_personal] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_link_reads_as_words_and_not_as_an_address(language):
    names = re.compile(r"\[\[([^\]|]+)\]\]")
    titles = {each.document.title for each in of(language).values()}
    shown = {name for each in of(language).values() for name in names.findall(each.document.body)}
    assert sorted(name for name in shown if "-" in name and name not in titles) == []


def test_every_source_is_cited():
    cited = {key for each in PAGES for key in markup.read(each.document.body).citations}
    assert SOURCES - cited == set()


@pytest.mark.django_db
def test_words_and_choices_are_those_of_the_vocabulary():
    for each in PAGES:
        kind = Kind.objects.prefetch_related("fields").get(code=each.document.kind)
        fields = {field.code: field for field in kind.fields.all()}
        for code, value in each.document.fields.items():
            if code in fields and fields[code].choices:
                assert value in fields[code].choices, f"{each.key}: {code}"


@pytest.fixture
def seeded(db):
    return dict(seeding.seed(say=quietly))


def test_every_link_of_a_seeded_page_leads_to_a_page(seeded):
    for page in Page.objects.select_related("kind", "current__keyframe"):
        reading = markup.read(page.current.document.body)
        targets = [*reading.links, *publishing.targets_in_fields(page, page.current.document)]
        assert set(targets) - publishing.known_targets(page.language, targets).keys() == set(), page


def test_both_languages_of_a_page_are_linked(seeded):
    english = Page.objects.get(language="en", slug="detection")
    french = Page.objects.get(language="fr", slug="detection")
    assert (french.translations, french.translated_from) == (english.translations, english.current)
    assert not Page.objects.filter(translations=None).exists()


def test_a_page_is_found_by_its_own_title_too(seeded, client):
    assert client.get("/encyclopedia/fr/faux-nez/").url == "/encyclopedia/fr/sock-puppets/"


def test_seeding_twice_changes_nothing_and_keeps_what_was_edited(seeded):
    page = Page.objects.select_related("current").get(language="en", slug="detection")
    writing.save(
        page=page,
        base=page.current,
        document=document("Detection", kind="concept", body="Ours."),
        writer=PUBLISHES,
    )
    Source.objects.filter(key="dsa").update(title="Our title")
    again = dict(seeding.seed(say=quietly))
    assert again == {"kept": 1, "unchanged": seeded["created"] - 1}
    assert Page.objects.get(pk=page.pk).current.document.body == "Ours."
    assert Source.objects.get(key="dsa").title == "Our title"


def test_the_command_says_what_it_did(db, capsys):
    call_command("encyclopedia_seed")
    assert f"{len(PAGES)} created" in capsys.readouterr().out


@pytest.mark.django_db
def test_every_overview_of_the_seed_opens_in_both_languages(seeded, client):
    for language in ("en", "fr"):
        with translation.override(language):
            for path in ("matrix", "countries", "timeline", "commitments", "export"):
                answer = client.get(f"/encyclopedia/{path}/", headers={"accept-language": language})
                assert answer.status_code == 200
    romania = client.get("/encyclopedia/en/romania-2024/").content.decode()
    assert "66,000 fake accounts" in romania
    assert "is-missing" not in romania


def test_who_can_help_with_a_hashtag_flood_in_romania_is_three_clicks_away(seeded, client):
    countries = client.get("/encyclopedia/countries/").content.decode()
    assert "?kind=actor&amp;country=RO" in countries
    actors = client.get("/encyclopedia/pages/?kind=actor&country=RO&language=").content.decode()
    assert "/encyclopedia/en/expert-forum/" in actors
    assert "Romania" in client.get("/encyclopedia/en/expert-forum/").content.decode()


def test_techniques_of_the_framework_are_offered_by_their_number(seeded):
    with translation.override("fr"):
        found = offering.techniques_like("T0049", 5)
        assert [(code, page.language) for code, page in found] == [("T0049.002", "fr"), ("T0049.003", "fr")]
    both = {each.slug: each.document.fields.get("framework_id") for each in PAGES if each.language == "en"}
    assert {
        each.slug: each.document.fields.get("framework_id") for each in PAGES if each.language == "fr"
    } == both


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "who can help me with a hashtag flood in Romania"),
        ("fr", "qui peut m’aider contre une inondation de mots-dièse en Roumanie"),
    ],
)
def test_a_question_asked_on_the_portal_s_home_finds_who_can_help(seeded, client, language, question):
    html = client.get("/search/", {"q": question}, headers={"Accept-Language": language}).content.decode()
    assert "Nothing was found" not in html
    assert f'href="/encyclopedia/{language}/expert-forum/"' in html
    assert f'href="/encyclopedia/{language}/hashtag-flooding/"' in html
